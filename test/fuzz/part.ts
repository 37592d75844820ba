import type { Dice } from './dice.ts';

/** One input; `text` is what is shortened when it breaks something. */
export interface Input {
  readonly part: string;
  readonly text: string;
  /** What else is needed to give it in again. */
  readonly with: Readonly<Record<string, string | boolean>>;
}

export interface Part {
  readonly name: string;
  make(dice: Dice): Input;
  /** What is broken, in a sentence; undefined: nothing. `ms`: how long the input kept the product busy. */
  give(input: Input): Promise<{ readonly breach?: string | undefined; readonly ms: number }>;
}
