import type { Behind, Run } from './run.ts';
import { code, link, phrase, type Phrase } from './text.ts';

/** Of another run, with the way to its thread. */
export const otherRun = ({ runId, permalink }: Behind): Phrase => (permalink === undefined ? code(runId) : link(permalink, runId));

/** 'queued behind run r1: it begins by itself when that has ended' */
export const behindTold = ({ id, behind }: Run & { readonly behind: Behind }): Phrase =>
  behind.what === 'fleet'
    ? phrase`Run ${code(id)} is queued behind run ${otherRun(behind)}, as one run at a time may change a fleet. It begins by itself when that has ended; should it then have to write what was not shown, it ends and asks anew.`
    : phrase`Run ${code(id)} is queued behind run ${otherRun(behind)}, which is at the same database. It is planned by itself when that has ended, and then waits for approval.`;
