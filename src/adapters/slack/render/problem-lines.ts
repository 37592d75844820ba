import type { Fleet } from '../../../domain/fleet.ts';
import type { Problem } from '../../../domain/problem.ts';
import { typedAs } from '../../../domain/terminal.ts';
import { plainText, type Text } from '../../../domain/text.ts';

/** A problem as lines of plain text behind an empty one: code and sentence, what was seen, what to do and type. `words`: how a sentence is written there. */
export const problemLines = ({ code, what, evidence, remedy, means }: Problem, fleet: Fleet, words: (text: Text) => string = plainText): string[] => [
  '',
  `${code} ${words(what)}`,
  ...evidence.map((fact) => `  seen: ${fact}`),
  `  do: ${words(remedy)}`,
  ...(means?.kind === 'terminal' ? means.lines.map((line) => `      ${typedAs(line, fleet)}`) : []),
];
