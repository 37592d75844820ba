import { PLUGINS } from './plugins.ts';

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
  readonly directives: readonly Directive[];
}

/** The message with which CoreDNS ends at start. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError';
}

interface Token {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** Reads a Corefile with its imports; throws CorefileError in CoreDNS's words. */
export const parseCorefile = (path: string, files: ReadonlyMap<string, string>): readonly ServerBlock[] => {
  const tokens = expand(tokenise(path, files.get(path) ?? ''), files, new Map());
  const blocks: ServerBlock[] = [];
  const taken = new Set<string>();
  let at = 0;
  while (at < tokens.length) {
    const open = nextBrace(tokens, at);
    const keys = tokens.slice(at, open).flatMap(({ text }) => text.split(',').filter((key) => key !== ''));
    const { directives, end } = parseBlock(tokens, open + 1);
    for (const key of keys) {
      const { zone, port } = parseKey(key);
      const name = `dns://${zone}.:${port}`;
      if (taken.has(name)) throw new CorefileError(`cannot serve ${name} - it is already defined`);
      taken.add(name);
      blocks.push({ zone, port, directives });
    }
    at = end + 1;
  }
  return blocks;
};

const nextBrace = (tokens: readonly Token[], from: number): number => {
  let at = from;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.text === '{') return at;
    const previous = tokens[at - 1];
    const newLine = at > from && previous !== undefined && previous.line !== token.line && !previous.text.endsWith(',');
    if (token.text === '}' || newLine) throw syntaxError(token, '{');
  }
  throw atEnd(tokens);
};

const parseBlock = (tokens: readonly Token[], from: number): { directives: Directive[]; end: number } => {
  const directives: Directive[] = [];
  let at = from;
  for (;;) {
    const head = tokens[at];
    if (head === undefined) throw atEnd(tokens);
    if (head.text === '}') return { directives, end: at };
    if (!PLUGINS.has(head.text)) throw new CorefileError(`${head.file}:${head.line} - Error during parsing: Unknown directive '${head.text}'`);
    const args: string[] = [];
    const block: string[][] = [];
    for (at += 1; sameLine(tokens[at], head) && tokens[at]?.text !== '{'; at += 1) args.push(tokens[at]?.text ?? '');
    if (tokens[at]?.text === '{' && sameLine(tokens[at], head)) {
      for (at += 1; tokens[at]?.text !== '}';) {
        const first = tokens[at];
        if (first === undefined) throw atEnd(tokens);
        const line: string[] = [];
        for (; sameLine(tokens[at], first) && tokens[at]?.text !== '}'; at += 1) line.push(tokens[at]?.text ?? '');
        block.push(line);
      }
      at += 1;
    }
    checkForward(head, args);
    directives.push({ plugin: head.text, args, block });
  }
};

const sameLine = (token: Token | undefined, other: Token): boolean => token !== undefined && token.line === other.line && token.file === other.file;

const checkForward = ({ text }: Token, [, ...targets]: readonly string[]): void => {
  const bad =
    text === 'forward'
      ? targets.find((target) => !/^((tls|dns):\/\/)?\d+\.\d+\.\d+\.\d+(:\d+)?$/.test(target) && !target.startsWith('/'))
      : undefined;
  if (bad !== undefined) throw new CorefileError(`plugin/forward: not an IP address or file: "${bad}"`);
};

const parseKey = (key: string): { zone: string; port: number } => {
  const match = /^(?:dns:\/\/)?([^:]*?)\.?(?::(\d+))?$/.exec(key.toLowerCase());
  if (match === null) throw new CorefileError(`bad listen address "${key}"`);
  return { zone: match[1] ?? '', port: Number(match[2] ?? 53) };
};

/** Replaces imports by the files they name (none for a pattern without match) or the snippet. */
const expand = (tokens: readonly Token[], files: ReadonlyMap<string, string>, snippets: Map<string, readonly Token[]>): readonly Token[] => {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    const snippet = /^\((.+)\)$/.exec(token.text);
    if (snippet !== null && tokens[at + 1]?.text === '{') {
      let depth = 1;
      let end = at + 2;
      for (; end < tokens.length && depth > 0; end += 1) depth += tokens[end]?.text === '{' ? 1 : tokens[end]?.text === '}' ? -1 : 0;
      snippets.set(snippet[1] ?? '', tokens.slice(at + 2, end - 1));
      at = end - 1;
    } else if (token.text === 'import' && sameLine(tokens[at + 1], token)) {
      at += 1;
      const pattern = tokens[at]?.text ?? '';
      const found = snippets.get(pattern);
      if (found === undefined && !pattern.includes('*') && !files.has(pattern))
        throw new CorefileError(`${token.file}:${token.line} - Error during parsing: File to import not found: ${pattern}`);
      const imported = found ?? [...files].filter(([path]) => matchesGlob(path, pattern)).flatMap(([path, text]) => tokenise(path, text));
      out.push(...expand(imported, files, snippets));
    } else out.push(token);
  }
  return out;
};

const matchesGlob = (path: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*')}$`,
  ).test(path);

const tokenise = (file: string, text: string): Token[] =>
  text.split('\n').flatMap((content, index) => {
    const words = content.replace(/(^|\s)#.*$/, '').matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g);
    return [...words].map(([whole, quoted]) => ({ text: quoted ?? whole, file, line: index + 1 }));
  });

const syntaxError = ({ file, line, text }: Token, expected: string): CorefileError =>
  new CorefileError(`${file}:${line} - Syntax error: Unexpected token '${text}', expecting '${expected}'`);

const atEnd = (tokens: readonly Token[]): CorefileError => {
  const last = tokens.at(-1);
  return new CorefileError(`${last?.file ?? 'Corefile'}:${last?.line ?? 1} - Error during parsing: Unexpected EOF`);
};
