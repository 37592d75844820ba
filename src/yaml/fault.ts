/** One thing that is wrong with a text in YAML. No part of the text is in `message` but keys, names of anchors and tags: it may hold secrets. */
export interface YamlFault {
  /** Keys and indices that lead to it; empty: the text as a whole. */
  readonly path: readonly (string | number)[];
  /** From 1; absent: the text as a whole. */
  readonly line?: number | undefined;
  /** Goes after the path or the name of the file: 'is there twice'. */
  readonly message: string;
}

/** A name from outside inside a sentence: short, and on one line. */
export const brief = (text: string): string => {
  const flat = text.replaceAll(/[\s\p{C}]+/gu, ' ');
  return flat.length > 200 ? `${flat.slice(0, 200).replace(/[\uD800-\uDBFF]$/, '')}…` : flat;
};
