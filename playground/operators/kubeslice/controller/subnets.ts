/** IPv4 as a number; NaN for anything else. */
const ipv4 = (address: string): number => {
  const octets = address.split('.');
  if (octets.length !== 4 || octets.some((octet) => !/^\d{1,3}$/.test(octet) || Number(octet) > 255)) return Number.NaN;
  return octets.reduce((sum, octet) => sum * 256 + Number(octet), 0);
};
export const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}
/** undefined for anything but IPv4 with a prefix. */
export const rangeOf = (cidr: string): Range | undefined => {
  const [address = '', bits = ''] = cidr.split('/');
  const at = ipv4(address);
  const prefix = Number(bits);
  if (Number.isNaN(at) || !/^\d{1,2}$/.test(bits) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(at / size) * size;
  return { first, last: first + size - 1, prefix };
};
export const overlaps = (a: string, b: string): boolean => {
  const [one, other] = [rangeOf(a), rangeOf(b)];
  return one !== undefined && other !== undefined && one.first <= other.last && other.first <= one.last;
};

/** The slice's /16 is cut by maxClusters: 2 gives /17, 16 gives /20, 32 gives /21. */
export const clusterSubnet = (sliceSubnet: string, maxClusters: number, index: number): string => {
  const prefix = 16 + Math.ceil(Math.log2(maxClusters));
  const base = rangeOf(sliceSubnet)?.first ?? 0;
  return `${dotted(base + index * 2 ** (32 - prefix))}/${prefix}`;
};

/** Addresses of the tunnel's ends, from x.y.255.0/24 of the slice. */
export const vpnIp = (sliceSubnet: string, host: number): string => dotted((rangeOf(sliceSubnet)?.first ?? 0) + 255 * 256 + host);
