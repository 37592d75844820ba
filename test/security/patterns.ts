import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';

export interface Pattern {
  /** 'src/steps/coredns/corefile.ts:64' */
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly type: string; readonly name?: string };
}

/** Every TypeScript file of these folders, relative to the root. */
export const sourceFiles = (root: string, folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );

/** The regular expressions written in a file, and where it builds others at run time. */
export const patternsIn = (root: string, file: string): { readonly literals: readonly Pattern[]; readonly built: readonly string[] } => {
  const text = readFileSync(join(root, file), 'utf8');
  const literals: Pattern[] = [];
  const built: string[] = [];
  const whereOf = (at: number): string => `${file}:${text.slice(0, at).split('\n').length}`;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if (node.type === 'Literal' && node.regex !== undefined)
      literals.push({ where: whereOf(node.start), source: node.regex.pattern, flags: node.regex.flags });
    if ((node.type === 'NewExpression' || node.type === 'CallExpression') && node.callee?.type === 'Identifier' && node.callee.name === 'RegExp')
      built.push(whereOf(node.start));
    Object.values(value).forEach(visit);
  };
  visit(parseAst(text, { lang: 'ts' }));
  return { literals, built };
};

/** A text made of `prefix`, `pump` again and again, and `suffix`. */
export interface Adversary {
  readonly prefix: string;
  readonly pump: string;
  readonly suffix: string;
}

export const textOf = ({ prefix, pump, suffix }: Adversary, length: number): string =>
  prefix + pump.repeat(Math.max(1, Math.ceil((length - prefix.length) / pump.length))) + suffix;

/** Texts on which the pattern nearly matches, over and over: pieces of a match repeated, with what comes before them and with ends that spoil it. */
export const adversariesOf = (source: string): Adversary[] => {
  const alternatives = samplesOf(source);
  const first = alternatives.map(([one = '']) => one);
  const pumps = new Map<string, string>();
  const add = (pump: string, prefix: string): void => {
    if (pump !== '' && !pumps.has(pump)) pumps.set(pump, prefix.slice(-60));
  };
  for (let start = 0; start < first.length; start += 1)
    for (let length = 1; length <= 5; length += 1) add(first.slice(start, start + length).join(''), first.slice(0, start).join(''));
  for (let start = 0; start < first.length; start += 1)
    for (const length of [8, 12, 16, 20, 28]) add(first.slice(start, start + length).join(''), '');
  add(first.join(''), '');
  alternatives.forEach((all, index) => {
    for (const one of all) {
      add(one, first.slice(0, index).join(''));
      add(one + (first[index + 1] ?? ''), first.slice(0, index).join(''));
      for (let before = 1; before <= 4; before += 1) add(first.slice(Math.max(0, index - before), index).join('') + one, '');
      add((all[0] ?? '') + one, first.slice(0, index).join(''));
    }
  });
  const letters = [...new Set(first)].slice(0, 8);
  for (const a of letters) for (const b of letters) add(a + b, '');
  return [...pumps].flatMap(([pump, prefix]) =>
    [...new Set(['', prefix])].flatMap((before) => ['', '\u0000\n"'].map((suffix) => ({ prefix: before, pump, suffix }))),
  );
};

const ESCAPES: Readonly<Record<string, readonly string[]>> = {
  d: ['5'],
  D: ['x'],
  w: ['a', '_', '7'],
  W: [' ', '-'],
  s: [' ', '\n', '\t'],
  S: ['x', '-'],
  n: ['\n'],
  r: ['\r'],
  t: ['\t'],
  b: [''],
  B: [''],
};

/** For every character that a match reads, in order, some that fit there; what is optional or one of several counts as if it were all there. */
const samplesOf = (source: string): string[][] => {
  const samples: string[][] = [];
  for (let at = 0; at < source.length; at += 1) {
    const rest = source.slice(at);
    const group = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(rest)?.[0];
    const quantifier = /^\{\d+(?:,\d*)?\}\??/.exec(rest)?.[0];
    const escape = /^\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\}|[pP]\{[^}]*\}|.)/is.exec(rest)?.[0];
    const set = /^\[(?:\\.|[^\]\\])*\]/s.exec(rest)?.[0];
    if (set !== undefined) samples.push(fitting(set));
    else if (escape !== undefined) samples.push([...(ESCAPES[escape.charAt(1)] ?? fitting(escape))]);
    else if (group === undefined && quantifier === undefined && !')|^$*+?'.includes(source.charAt(at)))
      samples.push(source.charAt(at) === '.' ? ['x', '"'] : [source.charAt(at)]);
    at += (group ?? quantifier ?? escape ?? set ?? ' ').length - 1;
  }
  return samples.filter(([one]) => one !== '');
};

const CANDIDATES = [
  'a',
  '5',
  'A',
  ' ',
  '-',
  '.',
  '_',
  '/',
  ':',
  '"',
  "'",
  '\\',
  '\n',
  '=',
  '@',
  '{',
  '(',
  '[',
  'x',
  '#',
  '`',
  '|',
  '~',
  '+',
  '%',
  ',',
];

const fitting = (atom: string): string[] => {
  const one = new RegExp(`^(?:${atom})$`, /--|&&/.test(atom) ? 'sv' : /\\p|\\u\{/.test(atom) ? 'su' : 's');
  return [...new Set([...atom.split(''), ...CANDIDATES])].filter((character) => one.test(character)).slice(0, 4);
};
