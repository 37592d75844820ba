import { isIP } from 'node:net';

/** What an answer to a name under slice.local that nobody has proves: KubeSlice's DNS says NOERROR without addresses, every other DNS refuses. */
export interface Lookup {
  readonly kind: 'answered' | 'refused' | 'unknown';
  /** 'NXDOMAIN', 'no answer in time', 'nslookup said nothing that is known' */
  readonly told: string;
}

/** Resolvers of a resolv.conf, in the order in which they are asked. */
export const nameserversIn = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
    .filter((address) => isIP(address.split('%', 1)[0] ?? '') !== 0);

/** Reads what nslookup prints, BusyBox's and that of BIND alike. */
export const lookupIn = (output: string): Lookup => {
  const refused = /\b(NXDOMAIN|REFUSED|SERVFAIL|NOTAUTH|NOTIMP)\b/.exec(output)?.[1];
  if (refused !== undefined) return { kind: 'refused', told: refused };
  if (/no servers could be reached|connection timed out|no response from/i.test(output)) return { kind: 'refused', told: 'no answer in time' };
  if (/No answer\b|^Name:\s+\S/m.test(output)) return { kind: 'answered', told: 'NOERROR' };
  return { kind: 'unknown', told: 'no tool of its image asked DNS' };
};
