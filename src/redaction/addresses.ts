import { HIDDEN } from './hidden.ts';

/** No part before a host is longer; characters. */
const LONGEST = 1_024;
const STOP = /[\s"'<>`]/;

/** Addresses without what stands before the host but the user's name: 'postgres://app:(hidden)@db:5432/app'. */
export const hideInAddresses = (text: string): string => {
  let safe = '';
  let from = 0;
  for (let mark = text.indexOf('://'); mark !== -1; mark = text.indexOf('://', Math.max(mark + 3, from))) {
    const secret = secretAt(text, mark + 3);
    if (secret === undefined) continue;
    safe += text.slice(from, secret.start) + HIDDEN;
    from = secret.end;
  }
  return from === 0 ? text : safe + text.slice(from);
};

/** Where the password of an address stands whose part after '://' starts here. */
const secretAt = (text: string, start: number): { readonly start: number; readonly end: number } | undefined => {
  const near = text.slice(start, start + LONGEST);
  const stop = near.search(STOP);
  const all = stop === -1 ? near : near.slice(0, stop);
  const slash = all.search(/[/?#\\]/);
  const authority = slash === -1 ? all : all.slice(0, slash);
  // A password with a '/' or an '@' that nobody encoded: what follows the user's name is no port.
  const at = (/^[^:@]{0,256}:(?!\d{1,5}(?:$|[/?#\\]))/.test(authority) ? all : authority).lastIndexOf('@');
  if (at === -1) return undefined;
  const colon = all.slice(0, at).indexOf(':');
  if (colon !== -1) return at === colon + 1 ? undefined : { start: start + colon + 1, end: start + at };
  // A token in place of a user.
  return at >= 16 && /\d/.test(all.slice(0, at)) ? { start, end: start + at } : undefined;
};
