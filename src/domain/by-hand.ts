import { quoted } from './terminal.ts';

/** A file that lies beside the script: an object is written as YAML, a string as it is. */
export interface HandFile {
  /** Ends with its extension; its number in front comes from its place in the script. */
  readonly name: string;
  readonly content: unknown;
}

/** Bash of one or more lines, with words that are quoted and files whose paths are put in when it is written. */
export interface Bash {
  readonly parts: readonly Part[];
}

type Part = string | { readonly word: string } | { readonly file: HandFile };

/** What somebody types for a step whom pgdist does not help: made of the fleet and of what the clusters say now, with no secret in it. */
export interface ByHand {
  readonly does: readonly Bash[];
  /** What it waits for afterwards: steps that may go side by side are all done before the first of them is waited for. */
  readonly awaits: readonly Bash[];
}

type Value = string | number | Bash | { readonly file: HandFile };

/**
 * Bash as it is written; a value in it is one quoted word, whatever it holds, unless it is bash itself or the path of a file. Bash that begins a line has
 * all its lines indented as far.
 */
export const bash = (strings: TemplateStringsArray, ...values: readonly Value[]): Bash => ({
  parts: strings.flatMap((text, index): readonly Part[] => {
    const value = values[index];
    if (value === undefined) return [text];
    const indent = /(?:^|\n)( *)$/.exec(text)?.[1] ?? '';
    return [text, ...partsOf(value).map((part) => (typeof part === 'string' ? part.replaceAll('\n', `\n${indent}`) : part))];
  }),
});

const partsOf = (value: Value): readonly Part[] => {
  if (typeof value === 'string' || typeof value === 'number') return [{ word: String(value) }];
  return 'parts' in value ? value.parts : [value];
};

/** Each word quoted, with blanks between. */
export const words = (...all: readonly Value[]): Bash =>
  joinedBy(
    ' ',
    all.map((word) => ({ parts: partsOf(word) })),
  );

export const joinedBy = (between: string, all: readonly Bash[]): Bash => ({
  parts: all.flatMap(({ parts }, index) => (index === 0 ? parts : [between, ...parts])),
});

/** A line of the script that says something to who runs it. */
export const says = (text: string): Bash => bash`say ${text}`;

/** As it stands in a script. */
export const written = ({ parts }: Bash, pathOf: (file: HandFile) => string): string =>
  parts
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'word' in part ? quoted(part.word) : `"$here"/${quoted(pathOf(part.file))}`;
    })
    .join('');

/** The files that it names. */
export const filesIn = ({ parts }: Bash): HandFile[] => parts.flatMap((part) => (typeof part !== 'string' && 'file' in part ? [part.file] : []));

/** What of it is of others, or told to people: everything that is quoted. */
export const wordsIn = ({ parts }: Bash): string[] => parts.flatMap((part) => (typeof part !== 'string' && 'word' in part ? [part.word] : []));
