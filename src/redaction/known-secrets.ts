import { encodingsOf } from './encodings.ts';
import { HIDDEN } from './hidden.ts';

export interface KnownSecrets {
  /** Hides them from now on; false when it knew them all. */
  learn(secrets: readonly (string | undefined)[]): boolean;
  /** The text without any of them, in whatever encoding, nor the beginning of one that was cut. */
  hide(text: string): string;
  /** The line without pieces of one that a line's break cut: at its start, at its end, or all of it. */
  hidePieces(line: string): string;
}

/** Tokens are renewed for months: the oldest are forgotten, they have expired long since. */
const MOST_SECRETS = 400;
/** Texts are looked up by this many first characters. */
const HEAD = 6;
const SHORTEST_PIECE = 10;
/** Ends what was cut to a length. */
const CUT = '…';
/** Of a line this much at either end is compared. */
const LONGEST_PIECE = 4_096;

export const createKnownSecrets = (): KnownSecrets => {
  /** Encodings by secret, the oldest first. */
  const known = new Map<string, readonly string[]>();
  /** Encodings by their head, the longest first: what is a part of another must not break it. */
  let byHead = new Map<string, string[]>();

  const index = (): void => {
    byHead = new Map();
    for (const text of new Set([...known.values()].flat())) {
      const head = text.slice(0, HEAD);
      byHead.set(head, [...(byHead.get(head) ?? []), text]);
    }
    for (const texts of byHead.values()) texts.sort((a, b) => b.length - a.length);
  };

  return {
    learn(secrets) {
      const fresh = secrets.filter((secret): secret is string => secret !== undefined && secret.trim() !== '' && !known.has(secret));
      if (fresh.length === 0) return false;
      for (const secret of fresh) known.set(secret, encodingsOf(secret));
      for (const secret of known.keys()) {
        if (known.size <= MOST_SECRETS) break;
        known.delete(secret);
      }
      index();
      return true;
    },
    hide(text) {
      if (byHead.size === 0) return text;
      let safe = '';
      let from = 0;
      for (let at = 0; at <= text.length - HEAD; at += 1) {
        const alike = byHead.get(text.slice(at, at + HEAD));
        const length = alike?.find((secret) => text.startsWith(secret, at))?.length ?? cutLength(text, at, alike);
        if (length === undefined) continue;
        safe += text.slice(from, at) + HIDDEN;
        from = at + length;
        at = from - 1;
      }
      return from === 0 ? text : safe + text.slice(from);
    },
    hidePieces(line) {
      const all = [...byHead.values()].flat();
      const trimmed = line.trim();
      if (trimmed.length >= SHORTEST_PIECE && trimmed.length <= LONGEST_PIECE && all.some((secret) => secret.includes(trimmed))) return HIDDEN;
      const tail = Math.max(0, ...all.map((secret) => overlap(line.slice(-LONGEST_PIECE), secret)));
      const rest = tail === 0 ? line : line.slice(0, -tail) + HIDDEN;
      const head = Math.max(0, ...all.map((secret) => overlap(secret, rest.slice(0, LONGEST_PIECE))));
      return head === 0 ? rest : HIDDEN + rest.slice(head);
    },
  };
};

/** How much of one of the secrets stands at `at` when what follows it was cut: up to the end of the text or to the mark of a cut. */
const cutLength = (text: string, at: number, secrets: readonly string[] | undefined): number | undefined =>
  secrets
    ?.map((secret) => {
      const near = text.slice(at, at + secret.length);
      const mark = near.indexOf(CUT);
      const piece = mark === -1 ? near : near.slice(0, mark);
      const isCut = mark !== -1 || at + piece.length === text.length || text.startsWith(CUT, at + piece.length);
      return isCut && piece.length >= HEAD && secret.startsWith(piece) ? piece.length : undefined;
    })
    .find((length) => length !== undefined);

/** How many characters at the end of `first` are the start of `second`; 0 for fewer than a piece. Linear (Knuth, Morris, Pratt). */
const overlap = (first: string, second: string): number => {
  const most = Math.min(first.length, second.length - 1);
  if (most < SHORTEST_PIECE) return 0;
  const pattern = second.slice(0, most);
  const text = first.slice(-most);
  if (!text.includes(pattern.slice(0, SHORTEST_PIECE))) return 0;
  const back = [0];
  const step = (length: number, character: string): number => {
    let matched = length;
    while (matched > 0 && (matched === pattern.length || pattern.charAt(matched) !== character)) matched = back[matched - 1] ?? 0;
    return pattern.charAt(matched) === character ? matched + 1 : matched;
  };
  for (let at = 1; at < pattern.length; at += 1) back.push(step(back[at - 1] ?? 0, pattern.charAt(at)));
  let matched = 0;
  for (const character of text.split('')) matched = step(matched, character);
  return matched >= SHORTEST_PIECE ? matched : 0;
};
