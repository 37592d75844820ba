import { DANGERS } from '../domain/explanations.ts';
import { blocked, inPlace } from '../domain/finding.ts';
import { NotYetError } from '../domain/problem.ts';
import type { Step, StepContext } from './context.ts';

interface AwaitedStep extends Pick<Step, 'id' | 'title' | 'stage' | 'cluster' | 'rights' | 'verifyTimeoutMs' | 'verify' | 'byHand'> {
  /** What an earlier step must make before the controllers can begin ('Postgres demo/postgres on hub'); undefined when all of it is there. */
  missing(context: StepContext): Promise<string | undefined>;
}

/** A fact that controllers bring about by themselves after an earlier step: nothing to apply, only to wait for. */
export const awaitedStep = ({ missing, ...facts }: AwaitedStep): Step => ({
  ...facts,
  async check(context) {
    const absent = await missing(context);
    if (absent !== undefined) throw new NotYetError(absent);
    const verdict = await facts.verify(context);
    if (verdict.healthy) return inPlace(verdict.evidence, verdict.warnings);
    // Changing anything around it could make it worse.
    if (DANGERS.includes(verdict.problem.code)) return blocked(verdict.problem);
    return inPlace('nothing to apply: the controllers are at work', [`waiting for: ${verdict.waitingFor}`]);
  },
  async apply() {
    // Controllers make it true; verify waits for them.
  },
});
