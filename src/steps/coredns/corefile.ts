import { posix } from 'node:path';
import { cut } from '../../domain/cut.ts';
import { expanded } from './corefile-variables.ts';
import { type Word, wordsOf } from './corefile-words.ts';
import { matchesPattern } from './file-pattern.ts';

/** A line of a server block, with all that its braces hold. */
export interface Directive {
  /** Of the plugin. */
  readonly name: string;
  /** The name first. */
  readonly words: readonly Word[];
}

export interface ServerBlock {
  readonly keys: readonly Word[];
  readonly directives: readonly Directive[];
  /** The closing brace; absent for the one server that needs none. */
  readonly close: Word | undefined;
}

export interface Corefile {
  readonly blocks: readonly ServerBlock[];
  /** What is taken in where server blocks stand: absolute paths, with at most one wildcard. */
  readonly serverImports: readonly { readonly file: string; readonly pattern: string }[];
}

/** CoreDNS would not start with such a Corefile; the message says where and why. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError';
}

/** Files that the container of CoreDNS sees, by path, and its environment as far as it is written in the pod. */
export interface CorefileSurroundings {
  readonly files: ReadonlyMap<string, string>;
  readonly environment?: ReadonlyMap<string, string>;
}

/** More than any Corefile takes in; a file that takes itself in ends here. */
const MOST_IMPORTS = 1_000;

/** Reads a Corefile with all it imports as CoreDNS does (coredns/caddy, caddyfile/parse.go). Throws CorefileError where CoreDNS would not start. */
export const readCorefile = (path: string, { files, environment = new Map() }: CorefileSurroundings): Corefile => {
  const words = wordsOf(files.get(path) ?? '', path);
  const snippets = new Map<string, readonly Word[]>();
  const blocks: ServerBlock[] = [];
  const serverImports: Corefile['serverImports'][number][] = [];
  let imports = 0;
  let at = 0;

  const textAt = (index: number): string => expanded(words[index]?.text ?? '', environment);
  const startsLine = (index: number): boolean => isNewLine(words[index - 1], words[index]);

  /** Puts what is imported in the place of `import` and its argument; `at` stands on its first word afterwards. */
  const takeIn = (between: boolean): void => {
    const head = words[at] as Word;
    const argument = startsLine(at + 1) ? undefined : words[at + 1];
    const pattern = argument === undefined ? '' : textAt(at + 1);
    if (pattern === '') throw at_(head, 'import takes the path of a file');
    if (words[at + 2] !== undefined && !startsLine(at + 2)) throw at_(head, 'import takes only one path');
    imports += 1;
    if (imports > MOST_IMPORTS) throw at_(head, `import ${cut(pattern, 100)} takes itself in`);
    words.splice(at, 2, ...(snippets.get(pattern) ?? fromFiles(head, pattern, between)));
  };

  const fromFiles = (head: Word, pattern: string, between: boolean): Word[] => {
    const absolute = posix.resolve(posix.dirname(head.file), pattern);
    if (between) serverImports.push({ file: head.file, pattern: absolute });
    const found = [...files.keys()].filter((file) => matchesPattern(file, absolute)).toSorted();
    if (found.length === 0 && !/[*?[\]]/.test(absolute)) throw at_(head, `the file to import is not there: ${cut(pattern, 100)}`);
    return found.flatMap((file) => wordsOf(files.get(file) ?? '', file));
  };

  const readKeys = (): Word[] => {
    const keys: Word[] = [];
    let another = false;
    while (at < words.length) {
      const text = textAt(at);
      if (text === 'import' && startsLine(at)) {
        takeIn(keys.length === 0);
        continue;
      }
      if (text === '{') {
        if (another) throw at_(words[at] as Word, 'another zone is expected after the comma');
        break;
      }
      if (text !== '') {
        another = text.endsWith(',');
        keys.push({ ...(words[at] as Word), text: another ? text.slice(0, -1) : text });
      }
      at += 1;
      if (at < words.length && !another && startsLine(at)) break;
    }
    if (another && at >= words.length) throw atEnd(words);
    return keys;
  };

  /** From behind the opening brace to behind the closing one. */
  const readSnippet = (): Word[] => {
    if (words[at]?.text !== '{') throw at_(words[at] ?? (words.at(-1) as Word), 'a snippet has its lines in braces');
    const start = at + 1;
    for (let depth = 1; depth > 0;) {
      at += 1;
      if (at >= words.length) throw atEnd(words);
      depth += words[at]?.text === '{' ? 1 : words[at]?.text === '}' ? -1 : 0;
    }
    at += 1;
    return words.slice(start, at - 1);
  };

  const readDirective = (): Directive => {
    const name = textAt(at);
    // Which plugins a CoreDNS was built with is not known here; what is no name of one is a brace that is missing or too many.
    if (!/^[A-Za-z][\w-]*$/.test(name)) throw at_(words[at] as Word, `${cut(name, 100)} is no plugin: a brace is missing or too many before it`);
    const own: Word[] = [{ ...(words[at] as Word), text: name }];
    let depth = 0;
    for (at += 1; at < words.length; at += 1) {
      const { text } = words[at] as Word;
      if (text === '{') depth += 1;
      else if (depth === 0 && startsLine(at)) break;
      else if (text === '}' && depth > 0) depth -= 1;
      else if (text === '}') throw at_(words[at] as Word, 'the closing brace needs a line of its own');
      else if (text === 'import' && startsLine(at)) {
        takeIn(false);
        at -= 1;
        continue;
      }
      own.push({ ...(words[at] as Word), text: textAt(at) });
    }
    if (depth > 0) throw atEnd(words);
    return { name, words: own };
  };

  const readDirectives = (): Directive[] => {
    const directives: Directive[] = [];
    while (at < words.length && words[at]?.text !== '}') {
      if (words[at]?.text === 'import') takeIn(false);
      else directives.push(readDirective());
    }
    return directives;
  };

  while (at < words.length) {
    const keys = readKeys();
    const [first] = keys;
    if (first === undefined && at >= words.length) break;
    const snippet = keys.length === 1 ? /^\((.*)\)$/.exec(first?.text ?? '')?.[1] : undefined;
    if (snippet !== undefined) {
      if (snippets.has(snippet)) throw at_(first as Word, `snippet (${cut(snippet, 100)}) is there twice`);
      snippets.set(snippet, readSnippet());
      continue;
    }
    const braced = words[at]?.text === '{';
    if (braced) at += 1;
    const directives = readDirectives();
    const close = words[at];
    if (braced && close === undefined) throw atEnd(words);
    at += 1;
    if (keys.length > 0) blocks.push({ keys, directives, close });
  }
  return { blocks, serverImports };
};

const isNewLine = (before: Word | undefined, word: Word | undefined): boolean =>
  word !== undefined && (before === undefined || before.file !== word.file || before.lastLine < word.line);

const at_ = ({ file, line }: Word, why: string): CorefileError => new CorefileError(`${file}, line ${line}: ${why}`);

const atEnd = (words: readonly Word[]): CorefileError => at_(words.at(-1) as Word, 'the text ends inside a block');
