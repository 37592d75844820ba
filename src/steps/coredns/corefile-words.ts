/** One word of a Corefile: as CoreDNS reads it, and where it stands in the text. */
export interface Word {
  /** Without quotes and the escapes of quotes. */
  readonly text: string;
  readonly file: string;
  /** Offset of the first character, a quote included, and the offset behind the last. */
  readonly start: number;
  readonly end: number;
  /** Counted from 1. A quoted word may end some lines further down. */
  readonly line: number;
  readonly lastLine: number;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** Length of what stands before the first word that is no word: a byte order mark. */
export const preambleOf = (text: string): number => (text.startsWith(BYTE_ORDER_MARK) ? 1 : 0);

/**
 * The words of a Corefile by the rules of CoreDNS's own reader (coredns/caddy, caddyfile/lexer.go): space parts them, a quote at a word's start holds them
 * together and only a quote can be escaped in it, `#` outside quotes drops what follows, and a carriage return is never there.
 */
export const wordsOf = (text: string, file: string): Word[] => {
  const words: Word[] = [];
  let line = 1;
  let at = preambleOf(text);
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '\n') line += 1;
    if (isSpace(character)) {
      at += 1;
    } else if (character === '#') {
      while (at < text.length && text[at] !== '\n') at += 1;
    } else {
      const word = character === '"' ? quotedAt(text, at) : plainAt(text, at);
      const lastLine = line + breaksIn(text.slice(at, word.end));
      // A quote that nobody closes makes no word when nothing follows it.
      if (word.text !== '' || word.closed) words.push({ text: word.text, file, start: at, end: word.end, line, lastLine });
      line = lastLine;
      at = word.next;
    }
  }
  return words;
};

interface Read {
  readonly text: string;
  readonly end: number;
  /** Where reading goes on. */
  readonly next: number;
  readonly closed: boolean;
}

const plainAt = (text: string, start: number): Read => {
  let end = start;
  // A carriage return parts no words: CoreDNS skips it where it stands.
  while (end < text.length && text[end] !== '#' && (text[end] === '\r' || !isSpace(text[end] as string))) end += 1;
  const word = text.slice(start, end);
  let last = end;
  while (last > start && text[last - 1] === '\r') last -= 1;
  let next = end;
  // A comment that begins inside a word ends with the next space, unlike one that stands alone.
  if (text[end] === '#') while (next < text.length && (text[next] === '\r' || !isSpace(text[next] as string))) next += 1;
  return { text: word.replaceAll('\r', ''), end: last, next, closed: true };
};

const quotedAt = (text: string, start: number): Read => {
  let word = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"') return { text: word, end: at + 1, next: at + 1, closed: true };
    if (character !== '\\') word += character;
    else if (at + 1 < text.length) {
      at += 1;
      word += text[at] === '"' ? '"' : `\\${text[at] as string}`;
    }
  }
  return { text: word, end: text.length, next: text.length, closed: false };
};

const breaksIn = (text: string): number => text.split('\n').length - 1;

/** Go's unicode.IsSpace, which knows no byte order mark as space, unlike JavaScript. */
const isSpace = (character: string): boolean => /[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/.test(character);
