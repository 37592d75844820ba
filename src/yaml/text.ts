import { CST, Lexer } from 'yaml';
import type { YamlFault } from './fault.ts';

/** Levels of lists and mappings in one another. pgdist.yaml needs 5, a kubeconfig 8. */
export const MOST_LEVELS = 32;

/** The text of bytes in UTF-8, without a byte order mark, or why it is none. */
export const textOf = (bytes: Uint8Array): string | YamlFault => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { path: [], line: lineOfBadByte(bytes), message: 'is not text in UTF-8; save the file as UTF-8' };
  }
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u0080-\u0084\u0086-\u009F\uFFFE\uFFFF]/.exec(text);
  if (control === null) return text;
  const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { path: [], line: linesBefore(text, control.index), message: `holds the control character U+${code}; remove it` };
};

const lineOfBadByte = (bytes: Uint8Array): number => {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  return linesBefore(lenient, Math.max(0, lenient.indexOf('\uFFFD')));
};

const linesBefore = (text: string, index: number): number => text.slice(0, index).split(/\r\n|\r|\n/).length;

const SCALARS: ReadonlySet<string> = new Set(['alias', 'scalar', 'single-quoted-scalar', 'double-quoted-scalar']);
/** Anchors and tags before one value: both for a mapping and both for its first key. */
const MOST_PROPERTIES = 4;
export const NO_YAML = 'is not YAML here';

/** Told before anything is parsed: parsers call themselves for every level, and keep each word. */
export const tooMuch = (text: string, mostWords: number): YamlFault | undefined => {
  let words = 0;
  let flow = 0;
  /** Indicators in a row: '- - - -' opens a level with each. */
  let row = 0;
  let line = 1;
  let isScalar = false;
  let afterScalar = false;
  let properties = 0;
  for (const token of new Lexer().lex(text)) {
    const type = isScalar ? 'scalar' : CST.tokenType(token);
    isScalar = token === CST.SCALAR;
    if (type === 'flow-map-start' || type === 'flow-seq-start') flow += 1;
    if ((type === 'flow-map-end' || type === 'flow-seq-end') && flow > 0) flow -= 1;
    if (type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind') row += 1;
    else if (type !== 'space') row = 0;
    if (type !== 'space' && !isScalar) {
      const scalar = type !== null && SCALARS.has(type);
      if (type === 'anchor' || type === 'tag') properties += 1;
      else if (type !== 'newline' && type !== 'comment') properties = 0;
      if ((scalar && afterScalar) || properties > MOST_PROPERTIES) return { path: [], line, message: NO_YAML };
      // A block of lines brings its last line's end along.
      afterScalar = scalar && !token.endsWith('\n');
    }
    if (flow > MOST_LEVELS || row > MOST_LEVELS) return { path: [], line, message: TOO_DEEP };
    words += 1;
    if (words > mostWords)
      return { path: [], line, message: `holds more than ${mostWords} words, line ends and signs, which is the most that is read` };
    line += token.split('\n').length - 1;
  }
  return undefined;
};

export const TOO_DEEP = `nests more than ${MOST_LEVELS} lists and mappings in one another`;
