import type { z } from 'zod';
import { nearestTo } from '../domain/nearest.ts';

type Raw = Parameters<z.core.$ZodErrorMap>[0];

/** The sentence for an issue that the schema has none of its own for. Of the value itself nothing is repeated: it may be a secret in the wrong place. */
export const sentenceOf: z.core.$ZodErrorMap = (issue) => SENTENCES[issue.code]?.(issue);

const SENTENCES: Readonly<Record<string, ((issue: Raw) => string) | undefined>> = {
  invalid_type: (issue) => typeSentence(issue),
  too_small: ({ origin, minimum }) => {
    if (origin === 'string') return 'must not be empty';
    return origin === 'array' ? `must have at least ${entries(minimum)}` : `must be ${String(minimum)} or more`;
  },
  too_big: ({ origin, maximum }) => {
    if (origin === 'string') return `must have ${String(maximum)} characters at most`;
    return origin === 'array' ? `must have ${entries(maximum)} at most` : `must be ${String(maximum)} or less`;
  },
  invalid_value: ({ values, input }) => {
    const words = (values as readonly unknown[]).map(String);
    return `must be ${words.join(' or ')}${meantOf(words, input)}`;
  },
  invalid_key: ({ issues }) => (issues as readonly { readonly message: string }[])[0]?.message ?? 'has a name that is none',
};

/** One of the words that are taken, never what was written. */
const meantOf = (words: readonly string[], input: unknown): string => {
  if (typeof input !== 'string' || input.length < 3) return '';
  const beginning = words.filter((word) => word.toLowerCase().startsWith(input.toLowerCase()));
  const meant = beginning.length === 1 ? beginning[0] : nearestTo(input, words);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
};

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of settings',
  record: 'a mapping',
};

const typeSentence = ({ expected, input }: Raw): string => {
  const wanted = WORDS[String(expected)] ?? String(expected);
  if (input === undefined) return `is missing: ${wanted} is needed`;
  if (input === null) return `is empty: ${wanted} is needed`;
  if (isInQuotes(expected, input)) return `is text; write it without quotes: ${input}`;
  if (expected === 'boolean' && typeof input === 'string' && /^(?:yes|no|on|off)$/i.test(input))
    return 'must be true or false; YAML 1.2 takes yes, no, on and off for text';
  if (expected === 'array') return `must be a list, not ${kindOf(input)}; ${asList(input)}`;
  const quoted = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean') ? '; put it in quotes' : '';
  return `must be ${wanted}, not ${kindOf(input)}${quoted}`;
};

const asList = (input: unknown): string =>
  typeof input === 'object' ? 'begin each entry with `- `' : 'write its entries in brackets with commas between them: [a, b]';

const kindOf = (input: unknown): string => {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number') return Number.isInteger(input) ? 'a number' : 'a fraction';
  return { string: 'text', boolean: 'true or false', object: 'a mapping' }[typeof input as string] ?? 'this';
};

const entries = (count: unknown): string => (Number(count) === 1 ? '1 entry' : `${String(count)} entries`);

/** What would be right without its quotes; nothing else of a value is ever repeated. */
const isInQuotes = (expected: unknown, input: unknown): input is string => {
  if (typeof input !== 'string') return false;
  return expected === 'boolean' ? /^(true|false)$/.test(input) : (expected === 'int' || expected === 'number') && /^\d{1,10}$/.test(input);
};
