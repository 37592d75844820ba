import { BlockList, isIP } from 'node:net';

/** True when NO_PROXY names the server or it is this machine. Entries: *, address, range (CIDR), domain with all below, .domain for those below alone; with :port for that port. */
export const isExempt = (url: URL, noProxy: string): boolean => {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (host === 'localhost' || isLoopback(host)) return true;
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
};

const matches = (entry: string, host: string, port: string): boolean => {
  if (entry === '*') return true;
  if (/^[\da-f.:]+\/\d+$/.test(entry)) return isWithin(entry, host);
  const [, bracketed, plain, onlyPort] = /^(?:\[(.*)\]|([^:]*)):(\d*)$/.exec(entry) ?? [];
  const wanted = bracketed ?? plain ?? entry;
  if (wanted === '' || (onlyPort !== undefined && onlyPort !== '' && onlyPort !== port)) return false;
  if (isIP(wanted) !== 0) return isIP(host) !== 0 && isWithin(`${wanted}/${isIP(wanted) === 6 ? 128 : 32}`, host);
  const domain = wanted.startsWith('*.') ? wanted.slice(1) : wanted;
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
};

const isLoopback = (host: string): boolean => isWithin('127.0.0.0/8', host) || isWithin('::1/128', host);

const isWithin = (range: string, host: string): boolean => {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || Number(bits) > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
};
