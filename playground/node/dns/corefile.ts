import { posix } from 'node:path';
import { PLUGINS } from './plugins.ts';
import { tokenise, type Token } from './tokens.ts';

/** One line of a server block: a plugin, its arguments and its own lines. */
export interface Directive {
  readonly plugin: string;
  readonly args: readonly string[];
  readonly block: readonly (readonly string[])[];
}

export interface ServerBlock {
  /** 'slice.local'; '' is the root zone. */
  readonly zone: string;
  readonly port: number;
  /** 'dns' is the one that pods speak. */
  readonly transport: string;
  readonly directives: readonly Directive[];
}

/** The message with which CoreDNS ends at start. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError';
}

/** What a CoreDNS is started with besides its Corefile. */
interface CorefileStart {
  /** Variables of its container. */
  readonly environment?: ReadonlyMap<string, string>;
  /** `-dns.port`; default 53. */
  readonly defaultPort?: number;
}

/** Reads a Corefile with its imports; throws CorefileError in CoreDNS's words. */
export const parseCorefile = (
  path: string,
  files: ReadonlyMap<string, string>,
  { environment = new Map(), defaultPort = 53 }: CorefileStart = {},
): readonly ServerBlock[] => {
  const tokens = expand(tokenise(path, files.get(path) ?? ''), { files, environment, snippets: new Map(), depth: 0 }).map((token) => ({
    ...token,
    text: withEnvironment(token.text, environment),
  }));
  const blocks: ServerBlock[] = [];
  const taken = new Map<string, readonly string[]>();
  let at = 0;
  while (at < tokens.length) {
    const { keys, next } = keysAt(tokens, at);
    const braced = tokens[next]?.text === '{';
    if (keys.length === 0 && next >= tokens.length) break;
    const { directives, end } = directivesAt(tokens, braced ? next + 1 : next);
    if (braced && tokens[end]?.text !== '}') throw atEnd(tokens);
    const bound = directives.filter(({ plugin }) => plugin === 'bind').flatMap(({ args }) => args);
    const filtered = directives.some(({ plugin }) => plugin === 'view');
    for (const key of keys) {
      const { zone, port, transport } = parseKey(key, defaultPort);
      const name = `${transport}://${zone}.:${port}`;
      const before = taken.get(name);
      if (!filtered && before !== undefined && (before.length === 0 || bound.length === 0 || bound.some((address) => before.includes(address))))
        throw new CorefileError(`cannot serve ${name} - it is already defined`);
      if (!filtered) taken.set(name, [...(before ?? []), ...bound]);
      blocks.push({ zone, port, transport, directives });
    }
    at = end + 1;
  }
  return blocks;
};

/** Zones up to the brace, or to the end of a line that no comma continues. */
const keysAt = (tokens: readonly Token[], from: number): { keys: string[]; next: number } => {
  const keys: string[] = [];
  let open = false;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (at > from && !open && !sameLine(token, tokens[at - 1])) return { keys, next: at };
    if (token.text === '{') {
      if (open) throw new CorefileError(`${place(token)} - Error during parsing: Expected another address but had '{' - check for extra comma`);
      return { keys, next: at };
    }
    open = token.text.endsWith(',');
    if (token.text !== '') keys.push(open ? token.text.slice(0, -1) : token.text);
  }
  if (open) throw atEnd(tokens);
  return { keys, next: tokens.length };
};

/** Lines up to a closing brace or the end of the text. */
const directivesAt = (tokens: readonly Token[], from: number): { directives: Directive[]; end: number } => {
  const directives: Directive[] = [];
  let at = from;
  while (at < tokens.length && tokens[at]?.text !== '}') {
    const head = tokens[at] as Token;
    if (!PLUGINS.has(head.text)) throw new CorefileError(`${place(head)} - Error during parsing: Unknown directive '${head.text}'`);
    const { lines, next } = linesAt(tokens, at);
    const [[, ...args] = [], ...block] = lines;
    checkForward(head, args);
    directives.push({ plugin: head.text, args, block });
    at = next;
  }
  return { directives, end: at };
};

/** The words of a directive's first line, then those of each line in its braces. */
const linesAt = (tokens: readonly Token[], from: number): { lines: string[][]; next: number } => {
  const lines: string[][] = [[]];
  let depth = 0;
  let at = from;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    const newLine = at > from && !sameLine(token, tokens[at - 1]);
    if (token.text === '{') {
      depth += 1;
      lines.push([]);
      continue;
    }
    if (depth === 0 && newLine) break;
    if (token.text === '}') {
      if (depth === 0) throw new CorefileError(`${place(token)} - Error during parsing: Unexpected '}' because no matching opening brace`);
      depth -= 1;
      continue;
    }
    if (newLine) lines.push([]);
    lines.at(-1)?.push(token.text);
  }
  if (depth > 0) throw atEnd(tokens);
  const [first = [], ...rest] = lines;
  return { lines: [first, ...rest.filter((line) => line.length > 0)], next: at };
};

const sameLine = (token: Token | undefined, before: Token | undefined): boolean =>
  token !== undefined && before !== undefined && token.file === before.file && token.line <= before.lastLine;

const checkForward = ({ text, file, line }: Token, [from, ...targets]: readonly string[]): void => {
  if (text !== 'forward') return;
  if (from === undefined || targets.length === 0)
    throw new CorefileError(
      `plugin/forward: ${file}:${line} - Error during parsing: Wrong argument count or unexpected line ending after '${from ?? text}'`,
    );
  const bad = targets.find((target) => !TARGET.test(target));
  if (bad !== undefined) throw new CorefileError(`plugin/forward: not an IP address or file: "${bad}"`);
};

const TARGET = /^((tls|dns|https):\/\/)?(\d+\.\d+\.\d+\.\d+|\[?[0-9a-f]*:[0-9a-f:.]*\]?)(%[\w.-]+)?(:\d+)?$|^\//;
const PORTS: Readonly<Record<string, number>> = { tls: 853, quic: 853, grpc: 443, https: 443, https3: 443 };

const parseKey = (key: string, defaultPort: number): { zone: string; port: number; transport: string } => {
  const [transport = 'dns', rest = key] = /^(dns|tls|quic|grpc|https3?):\/\/(.*)$/.exec(key)?.slice(1) ?? [];
  if (rest.endsWith(':')) throw new CorefileError(`expecting data after last colon: "${rest}"`);
  const [zone = '', port] = /^(.*?)(?::(\d+))?$/s.exec(rest)?.slice(1) ?? [];
  return { zone: zone.replace(/\.$/, '').toLowerCase(), port: Number(port ?? PORTS[transport] ?? defaultPort), transport };
};

interface Expansion {
  readonly files: ReadonlyMap<string, string>;
  readonly environment: ReadonlyMap<string, string>;
  readonly snippets: Map<string, readonly Token[]>;
  readonly depth: number;
}

/** Replaces imports by the files they name (none for a pattern without match) or the snippet; a relative path begins at the file that names it. */
const expand = (tokens: readonly Token[], expansion: Expansion): readonly Token[] => {
  const { files, environment, snippets, depth } = expansion;
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    const startsLine = !sameLine(token, tokens[at - 1]);
    const snippet = /^\((.+)\)$/.exec(token.text);
    if (snippet !== null && startsLine && tokens[at + 1]?.text === '{') {
      if (snippets.has(snippet[1] ?? ''))
        throw new CorefileError(`${place(token)} - Error during parsing: redeclaration of previously declared snippet ${snippet[1]}`);
      let open = 1;
      let end = at + 2;
      for (; end < tokens.length && open > 0; end += 1) open += tokens[end]?.text === '{' ? 1 : tokens[end]?.text === '}' ? -1 : 0;
      if (open > 0) throw atEnd(tokens);
      snippets.set(snippet[1] ?? '', tokens.slice(at + 2, end - 1));
      at = end - 1;
    } else if (token.text === 'import' && (startsLine || tokens[at - 1]?.text === '{')) {
      if (!sameLine(tokens[at + 1], token))
        throw new CorefileError(`${place(token)} - Error during parsing: Wrong argument count or unexpected line ending after 'import'`);
      if (depth > 20) throw new CorefileError(`${place(token)} - Error during parsing: maximum file import depth (10000) exceeded`);
      at += 1;
      out.push(
        ...expand(importedBy(token, withEnvironment(tokens[at]?.text ?? '', environment), files, snippets), { ...expansion, depth: depth + 1 }),
      );
    } else out.push(token);
  }
  return out;
};

const importedBy = (
  token: Token,
  named: string,
  files: ReadonlyMap<string, string>,
  snippets: ReadonlyMap<string, readonly Token[]>,
): readonly Token[] => {
  const snippet = snippets.get(named);
  if (snippet !== undefined) return snippet;
  const pattern = posix.resolve(posix.dirname(token.file), named);
  const found = [...files].filter(([path]) => matchesGlob(path, pattern)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (found.length === 0 && !/[*?]/.test(pattern))
    throw new CorefileError(`${place(token)} - Error during parsing: File to import not found: ${named}`);
  return found.flatMap(([path, text]) => tokenise(path, text));
};

const withEnvironment = (text: string, environment: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{%([^%]+)%\}|\{\$([^}]+)\}/g, (_, windows?: string, unix?: string) => environment.get(windows ?? unix ?? '') ?? '');

const matchesGlob = (path: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .split(/([*?])/)
      .map((part) => (part === '*' ? '[^/]*' : part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')))
      .join('')}$`,
  ).test(path);

const place = ({ file, line }: Token): string => `${file}:${line}`;

const atEnd = (tokens: readonly Token[]): CorefileError => {
  const last = tokens.at(-1);
  return new CorefileError(`${last === undefined ? 'Corefile:1' : place(last)} - Error during parsing: Unexpected EOF`);
};
