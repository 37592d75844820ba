import type { Run } from '../../domain/run.ts';
import { needsWorker } from '../../domain/workers.ts';
import type { CallBudget } from '../../ports/call-budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Thread } from '../../ports/thread.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { durableClient, progressClient } from './clients.ts';
import { createMessageApi } from './message-api.ts';
import { showAnswer } from './show-answer.ts';
import { showThread } from './show-thread.ts';
import { againAfterMs, failureWords, slackFailure } from './slack-failure.ts';
import { createMemory } from './thread-memory.ts';
import { createUnstored } from './unstored.ts';
import { configOf, type OfFleets, type ThreadConfig, type View } from './view.ts';

export interface ThreadOptions {
  readonly token: string;
  readonly slackApiUrl: string;
  readonly config: OfFleets<ThreadConfig>;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor?: Redactor;
  /** Files that are kept for runs, by id; default: none is. */
  readonly keptFiles?: (runId: string) => Promise<Uint8Array | undefined>;
  /** Default: none is kept. */
  readonly budget?: CallBudget;
}

/** Slack's side of a run. A failure of Slack is logged and comes back as `againMs`; it never fails a run. */
export const createThread = ({
  token,
  slackApiUrl,
  config,
  clock,
  log,
  redactor = createRedactor(),
  budget,
  keptFiles = NONE_KEPT,
}: ThreadOptions): Thread => {
  const options = { token, slackApiUrl, log, redactor, budget, clock };
  const api = createMessageApi({ client: durableClient(options), progress: progressClient(options), clock, log });
  const inLane = lanes();
  const unstored = createUnstored();
  return {
    show: (given, waits, stored, remember, signal, absence) =>
      inLane(given.id, async (liveRuns) => {
        // Before anything is cut: half a secret no longer looks like one.
        const { responseUrl, ...rest } = given;
        const run: Run = { ...redactor.value(rest), ...(responseUrl === undefined ? {} : { responseUrl }) };
        const memory = createMemory(unstored.recalled(run.id, stored), unstored.remembering(run.id, remember), () => clock.now());
        const view: View = {
          run,
          waiting: redactor.value(waits),
          ...(absence !== undefined && needsWorker(run) ? { absence } : {}),
          memory,
          api,
          now: clock.now().toISOString(),
          liveRuns,
          keptFile: () => keptFiles(run.id),
          who: configOf(config, run.fleet.name).slack,
          signal,
          log,
        };
        try {
          const againMs = await (run.kind === 'status' ? showAnswer(view) : showThread(view));
          return { shown: memory.shown(), ...(againMs === undefined ? {} : { againMs }) };
        } catch (error) {
          const failure = slackFailure(error);
          if (failure === undefined) throw error;
          log.warn({ runId: run.id, error: failureWords(failure) }, 'slack did not take a message, trying again later');
          return { shown: memory.shown(), againMs: againAfterMs(failure) };
        }
      }),
  };
};

const NONE_KEPT = (): Promise<undefined> => Promise.resolve(undefined);

/** One call after the other per run, since ts order is what people read; counts the runs that are being shown. */
const lanes = () => {
  const tails = new Map<string, Promise<unknown>>();
  return <T>(id: string, work: (liveRuns: number) => Promise<T>): Promise<T> => {
    const mine = (tails.get(id) ?? Promise.resolve()).then(() => work(tails.size));
    const tail = mine.catch(() => undefined).finally(() => tails.get(id) === tail && tails.delete(id));
    tails.set(id, tail);
    return mine;
  };
};
