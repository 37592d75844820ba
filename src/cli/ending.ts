import { NotKnownError, UserError } from '../domain/problem.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { createRedactor } from '../redaction/redactor.ts';
import { visible } from '../domain/visible.ts';
import { UsageError } from './options.ts';
import { plain } from './show-run.ts';
import type { Outcome } from './verbs.ts';

/** Exit codes beside 0. ended: the run came to another end than success, or the database is not well. unknown: something did not answer. refused: nothing was done. */
export const FAILED = { ended: 1, usage: 2, unknown: 3, refused: 4, interrupted: 130 } as const;

/** A run that has not ended yet is no failure. */
export const exitCodeOf = (outcome: Outcome, verb: string): number =>
  outcome.kind === 'run' && isTerminal(outcome.run.state) && !isGood(outcome.run, verb) ? FAILED.ended : 0;

const isGood = ({ state, answer }: Run, verb: string): boolean => {
  if (verb === 'reject' && state === 'rejected') return true;
  if (verb === 'cancel' && state === 'cancelled') return true;
  return state === 'succeeded' && answer?.healthy !== false;
};

/** How a failure is told, without its stack; whatever is in it, no secret is. */
export const told = (error: unknown, signal: AbortSignal): { readonly code: number; readonly sentence: string } => {
  if (signal.aborted)
    return { code: FAILED.interrupted, sentence: 'Interrupted: what was asked for goes on. pgdist runs lists it, pgdist cancel stops it.' };
  const redactor = createRedactor();
  if (error instanceof UserError) return { code: error instanceof NotKnownError ? FAILED.unknown : FAILED.refused, sentence: plain(error.text) };
  const sentence = redactor.text(visible(error instanceof Error ? error.message : String(error)));
  return { code: isMistyped(error) ? FAILED.usage : FAILED.unknown, sentence };
};

/** The line itself, or the kubeconfig that it comes with. */
const isMistyped = (error: unknown): boolean => error instanceof UsageError || (error instanceof Error && error.name === 'KubeConfigError');
