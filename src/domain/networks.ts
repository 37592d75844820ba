/** An IPv4 network as the range of its addresses, both ends included. */
interface Range {
  readonly first: number;
  readonly last: number;
}

const BITS = 32;

/** Range of '10.42.0.0/16' or of a single address; undefined for anything else, IPv6 too, which a slice never overlaps. */
export const rangeOf = (text: string): Range | undefined => {
  const [address = '', bits = String(BITS)] = text.split('/');
  const octets = address.split('.').map(Number);
  const prefix = Number(bits);
  const isAddress = octets.length === 4 && octets.every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255);
  if (!isAddress || !Number.isInteger(prefix) || prefix < 0 || prefix > BITS) return undefined;
  const size = 2 ** (BITS - prefix);
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1 };
};

export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;
