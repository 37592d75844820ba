import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { OwedAnswers } from '../../ports/owed-answers.ts';
import type { UseCases } from '../../ports/use-cases.ts';
import type { Desk } from './desk.ts';
import { toldMessage } from './render/told-message.ts';

const LOOK_EACH_MS = 2_000;

interface TellingDeps {
  readonly owed: OwedAnswers;
  readonly desk: Pick<Desk, 'whisper'>;
  readonly runs: Pick<UseCases, 'whatCameOf'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Until the signal tells what processes that are gone have owed: Slack delivers nothing again that was acknowledged, and who asked would never learn whether
 * it was done.
 */
export const tellOwed = async ({ owed, desk, runs, clock, log }: TellingDeps, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      for (const answer of await owed.take()) {
        const { id, by, channel, threadTs, what, runId } = answer;
        await desk.whisper({ user: by.userId, channel, threadTs }, toldMessage(await runs.whatCameOf(answer)));
        await owed.settle(id);
        log.warn({ asked: what, runId }, 'answered for a process that is gone');
      }
    } catch (error) {
      log.debug({ reason: String(error) }, 'answers that are owed not told, trying again');
    }
    await clock.sleep(LOOK_EACH_MS, signal).catch(() => undefined);
  }
};
