import { Composer, type CST, type Document, isScalar, LineCounter, Parser, YAMLParseError } from 'yaml';
import type { YamlFault } from './fault.ts';
import { plainOf } from './plain.ts';
import { tooLarge } from './read-plain-file.ts';
import { syntaxFault } from './syntax.ts';
import { textOf, tooMuch } from './text.ts';

export { brief, type YamlFault } from './fault.ts';
export { readPlainFile } from './read-plain-file.ts';

type ReadYaml =
  | {
      readonly kind: 'read';
      /** Data as JSON has it. */
      readonly value: unknown;
      /** Line of a value, from 1; of a value that is not there, the line of what should hold it. Undefined: the whole text. */
      lineOf(path: readonly (string | number)[]): number | undefined;
    }
  | { readonly kind: 'refused'; readonly faults: readonly YamlFault[] };

interface YamlLimits {
  readonly mostBytes: number;
  /** Words, line ends and signs. */
  readonly mostWords: number;
  /** Default 1.2. With 1.1, as Go reads kubeconfigs, `yes` or `off` without quotes are booleans, and `<<` merges. */
  readonly version?: '1.1';
}

/**
 * The one reader of YAML that comes from outside: YAML 1.2, one document, only what JSON can say. Never throws, and takes no longer than its size
 * warrants: size, depth and what aliases come to are limited. Anchors and aliases are taken, directives and tags of other types are not.
 */
export const readYaml = (content: Uint8Array | string, { mostBytes, mostWords, version }: YamlLimits): ReadYaml => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (bytes.length > mostBytes) return refused({ path: [], message: tooLarge(mostBytes) });
  const text = textOf(bytes);
  if (typeof text !== 'string') return refused(text);
  try {
    return parsed(text, mostWords, version);
  } catch {
    return refused({ path: [], message: 'cannot be read as YAML' });
  }
};

const MOST_SYNTAX_FAULTS = 5;

const parsed = (text: string, mostWords: number, version: '1.1' | undefined): ReadYaml => {
  const much = tooMuch(text, mostWords);
  if (much !== undefined) return refused(much);
  const lines = new LineCounter();
  const document = documentOf(text, lines);
  const wrong = [...document.errors, ...document.warnings].slice(0, MOST_SYNTAX_FAULTS);
  if (wrong.length > 0) return refused(...wrong.map((error) => syntaxFault(error, lines)));
  if (document.directives?.yaml.explicit === true || Object.keys(document.directives?.tags ?? {}).length > 1)
    return refused({ path: [], line: 1, message: 'begins with `%`, a directive that is not taken; remove the line' });
  const faults: YamlFault[] = [];
  const { value, lineOf } = plainOf(document.contents, lines, faults, version);
  return faults.length > 0 ? refused(...faults) : { kind: 'read', value, lineOf };
};

/** The only document of the text, as far as the first few mistakes: what is hopeless is not read on, each mistake costs. */
const documentOf = (text: string, lines: LineCounter): Document.Parsed => {
  // Keys are compared in plainOf: the composer compares each with each.
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false, lineCounter: lines });
  const [document, other] = composer.compose(untilHopeless(new Parser(lines.addNewLine).parse(text)), true, text.length);
  if (document === undefined) throw new Error('the composer was told to make a document');
  if (other !== undefined && !isEmpty(other))
    document.errors.push(new YAMLParseError([other.range[0], other.range[1]], 'MULTIPLE_DOCS', 'more than one document'));
  return document;
};

/** A line `---` at the end begins a document of nothing. */
const isEmpty = ({ contents, errors }: Document.Parsed): boolean => errors.length === 0 && isScalar(contents) && contents.source === '';

const untilHopeless = function* (tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let wrong = 0;
  for (const token of tokens) {
    yield token;
    if (token.type === 'error') wrong += 1;
    if (wrong === MOST_SYNTAX_FAULTS) return;
  }
};

const refused = (...faults: readonly YamlFault[]): ReadYaml => ({ kind: 'refused', faults });
