import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { OwedAnswer, OwedAnswers } from '../../ports/owed-answers.ts';

/** Well within the time for which nobody else tells it. */
const SAID_EACH_MS = 3_000;

interface OwingDeps {
  readonly owed: OwedAnswers;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers, and lets other processes know meanwhile that it will be answered. Where this one dies or fails at it another one tells. */
export type Owing = (asked: Omit<OwedAnswer, 'at'>, answer: () => Promise<void>) => Promise<void>;

const OVER = new Error('it was told');

export const createOwing =
  ({ owed, clock, log }: OwingDeps): Owing =>
  async (asked, answer) => {
    const whole = { ...asked, at: clock.now().toISOString() };
    const over = new AbortController();
    const failed = (error: unknown): void => log.debug({ asked: asked.what, reason: String(error) }, 'not kept that an answer is owed');
    const saying = (async (): Promise<void> => {
      while (!over.signal.aborted) {
        await owed.owe(whole).catch(failed);
        await clock.sleep(SAID_EACH_MS, over.signal).catch(() => undefined);
      }
    })();
    try {
      await answer();
    } finally {
      over.abort(OVER);
      await saying;
    }
    await owed.settle(asked.id).catch(failed);
  };
