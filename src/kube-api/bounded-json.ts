import { LIMITS } from './limits.ts';

/** The text is no JSON, or JSON that would block the process or break whoever walks it. The message is a phrase: 'JSON of more than 200 levels'. */
export class UnusableJsonError extends Error {
  override readonly name = 'UnusableJsonError';
  /** It has too many parts: half of it may do. */
  readonly large: boolean;
  constructor(message: string, large = false) {
    super(message);
    this.large = large;
  }
}

interface ParsedJson {
  readonly value: unknown;
  /** Commas, colons and opening brackets: what the value costs, beside its length. */
  readonly parts: number;
}

/** Counts first, then parses. Throws UnusableJsonError; the message holds nothing of the text. */
export const parseJson = (text: string): ParsedJson => {
  const parts = partsOf(text);
  try {
    return { value: JSON.parse(text) as unknown, parts };
  } catch {
    throw new UnusableJsonError('no JSON');
  }
};

/** The value, undefined for what parseJson refuses. */
export const jsonOrNothing = (text: string): unknown => {
  try {
    return parseJson(text).value;
  } catch {
    return undefined;
  }
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const partsOf = (text: string): number => {
  let parts = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth += 1;
        parts += 1;
        if (depth > LIMITS.jsonDepth) throw new UnusableJsonError(`JSON of more than ${LIMITS.jsonDepth} levels`);
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
      case COMMA:
      case COLON:
        parts += 1;
        break;
      default:
    }
    if (parts > LIMITS.jsonParts) throw new UnusableJsonError(`JSON of more than ${LIMITS.jsonParts} parts`, true);
  }
  return parts;
};

/** Index of the closing quote, or of the end of a text that has none. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
};
