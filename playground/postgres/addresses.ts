/**
 * Every simulated address 10.a.b.c is 127.a.b.c on this machine: Linux lets a server listen on, and a client connect from, any address of 127/8.
 * macOS knows 127.0.0.1 only; there every address is that one, and what psql shows is not told apart.
 */
export const loopbackOf = (address: string): string => (process.platform === 'linux' ? address.replace(/^10\./, '127.') : '127.0.0.1');

/** Turns loopback addresses in what PostgreSQL says back into those of the simulated network, as the NAT that is not there would have. */
export const asSeenInCluster = (text: string, addresses: Iterable<string>): string => {
  const known = new Map([...addresses].map((address) => [loopbackOf(address), address]));
  return text.replace(/\b127\.\d+\.\d+\.\d+\b/g, (loopback) => known.get(loopback) ?? loopback);
};
