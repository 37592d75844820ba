import type { Actor } from './run.ts';
import { phrase, type Phrase, time, user } from './text.ts';

/** While it is there no deploy of the database is planned, approved or begun. */
export interface Lock {
  readonly by: Actor;
  /** ISO instant. */
  readonly at: string;
  readonly reason: string;
}

/** 'locked by @bob since 14:02: “storage is being moved”' */
export const lockTold = ({ by, at, reason }: Lock): Phrase => phrase`locked by ${user(by.userId)} since ${time(at)}: “${reason}”`;
