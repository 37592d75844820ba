import { bash, filesIn, says, wordsIn, type Bash, type ByHand } from '../../domain/by-hand.ts';
import { bytesText } from '../../domain/quantity.ts';
import { plainText, told } from '../../domain/text.ts';
import type { HandStep, Round } from '../../walk/walk-export.ts';
import { textOf } from './file-text.ts';

/** Of one step: lines and files, bytes. What pgdist itself has to say of one is below 20 kB on a fleet of 32 clusters. */
const MOST_OF_STEP = 512 * 1024;
/** Of all steps: below the 8 MB of a file in Slack and in Redis, whatever packing saves. */
const MOST_OF_ALL = 5 * 2 ** 20;
/** One word of a command, bytes: Linux takes 128 KiB (MAX_ARG_STRLEN). */
const MOST_OF_WORD = 96 * 1024;

interface Bounded {
  readonly rounds: readonly Round[];
  /** Titles of the steps that are left out. */
  readonly leftOut: readonly string[];
}

/** The rounds without the lines of steps that others made too large for a script: there it says what is left out and how to see it, and waits for a person. */
export const bounded = (rounds: readonly Round[], asTyped: string): Bounded => {
  const leftOut: string[] = [];
  let sum = 0;
  const within = (step: HandStep): HandStep => {
    const { does, awaits } = step.byHand;
    const bytes = bytesOf(does) + bytesOf(awaits);
    const longest = Math.max(0, ...[...does, ...awaits].flatMap(wordsIn).map((word) => Buffer.byteLength(word)));
    if (bytes <= MOST_OF_STEP && longest <= MOST_OF_WORD && sum + bytes <= MOST_OF_ALL) {
      sum += bytes;
      return step;
    }
    leftOut.push(step.title);
    return { ...step, byHand: instead(bytes, asTyped) };
  };
  return { rounds: rounds.map((round) => round.map(within)), leftOut };
};

const instead = (bytes: number, asTyped: string): ByHand => ({
  does: [
    says(
      plainText(
        told`This step is left out of the script: its lines and files would be ${bytesText(bytes)}. /pgdist plan ${asTyped} tells what it writes; do that, or have pgdist deploy.`,
      ),
    ),
    bash`pause`,
  ],
  awaits: [],
});

const bytesOf = (all: readonly Bash[]): number =>
  all
    .flatMap((one) => [
      ...one.parts.map((part) => (typeof part === 'string' ? part : '')),
      ...wordsIn(one),
      ...filesIn(one).map(({ content }) => textOf(content)),
    ])
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
