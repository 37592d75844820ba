import { type Phrase, type Text, told } from '../domain/text.ts';

/** Above a list of so many runs, at least one. */
export const newestRuns = (count: number, where: Phrase): Text =>
  count === 1 ? told`The only run ${where}:` : told`Last ${count} runs ${where}, newest first:`;
