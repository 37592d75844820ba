/**
 * True for a host that means this very machine, its own link, or nothing, to whoever uses it. `hostname` as a parsed URL has it: there an IPv4 address is
 * four decimal numbers however it was written, and an IPv6 address is in brackets and short.
 */
export const isLocalHost = (hostname: string): boolean => {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (/^(127|0)(\.\d+){3}$|^169\.254(\.\d+){2}$/.test(host)) return true;
  return /^::1?$|^fe[89ab][0-9a-f]:|^::ffff:(7f[0-9a-f]{2}|a9fe|0):/.test(host);
};
