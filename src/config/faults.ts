import { beginning } from '../domain/cut.ts';
import type { z } from 'zod';
import { nearestTo } from '../domain/nearest.ts';
import { knownKeys } from './known-keys.ts';

/** One thing that is wrong in the configuration, with where. */
export interface Fault {
  /** Path in the file: databases[0].placement, or the name of an environment variable. */
  readonly path: string;
  readonly message: string;
  /** Where in the file: 'pgdist.yaml, line 12'. */
  readonly at?: string;
}

/** All faults of a start at once; the process prints them and exits 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(faultText).join('\n'));
    this.faults = faults;
  }
}

export const faultText = ({ path, message, at }: Fault): string => `${path}: ${message}${at === undefined ? '' : ` (${at})`}`;

/** Keys come from the file: they are cut, and nothing that would move a terminal's cursor is in them. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? keyText(part) : `${text}.${keyText(part)}`), '');

const keyText = (key: PropertyKey): string => {
  const flat = String(key).replaceAll(/\p{C}+/gu, ' ');
  return flat.length > 60 ? `${beginning(flat, 60)}…` : flat;
};

/** More of them nobody reads. */
const MOST_FAULTS = 50;

/** One fault per issue; an unknown key is named with its own path, and with the known one that was probably meant. */
export const faultsOf = (error: z.ZodError, schema: z.ZodType): Fault[] =>
  error.issues
    .slice(0, MOST_FAULTS)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.slice(0, MOST_FAULTS).map((key) => faultAt([...issue.path, key], unknownKey(key, knownKeys(schema, issue.path))))
        : [faultAt(issue.path, `${issue.message}${settingsIn(issue, schema)}`)],
    );

/** Where a mapping belongs and something else stands: what may stand in it. */
const settingsIn = (issue: z.core.$ZodIssue, schema: z.ZodType): string => {
  if (issue.code !== 'invalid_type' || issue.expected !== 'object' || !issue.message.startsWith('must be')) return '';
  const known = issue.path.length === 0 ? [] : knownKeys(schema, issue.path);
  return known.length === 0
    ? ''
    : `, such as { ${known
        .slice(0, 4)
        .map((key) => `${key}: …`)
        .join(', ')} }`;
};

const faultAt = (keys: readonly PropertyKey[], message: string): Fault => ({ path: pathText(keys) || '(file)', message });

/** Copied from a page, a file may be indented with what only looks like spaces. */
const unknownKey = (key: string, known: readonly string[]): string =>
  /^[^\P{Zs} ]/u.test(key)
    ? `begins with U+${(key.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}, which only looks like a space; indent with spaces`
    : `is not a setting of pgdist${didYouMean(key, known)}`;

const didYouMean = (key: string, known: readonly string[]): string => {
  const nearest = nearestTo(key, known);
  return nearest === undefined ? '' : `; did you mean \`${nearest}\`?`;
};
