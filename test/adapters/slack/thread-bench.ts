import { createThread } from '../../../src/adapters/slack/thread.ts';
import type { Run } from '../../../src/domain/run.ts';
import type { Absence } from '../../../src/domain/workers.ts';
import type { CallBudget } from '../../../src/ports/call-budget.ts';
import type { Shown } from '../../../src/ports/run-store.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { patienceMs } from '../../support/eventually.ts';
import { at, fleet } from './fixtures.ts';
import { CHANNEL, keptLog, settableClock } from './workspace.ts';

/** A worker's thread over a fake Slack, and what its store holds. */
export const threadBench = (
  slack: FakeSlack,
  { budget, now = at('14:02'), kept }: { readonly budget?: CallBudget; readonly now?: string; readonly kept?: Uint8Array } = {},
) => {
  const clock = { ...settableClock(now), sleep: async () => undefined };
  const log = keptLog();
  const newThread = () =>
    createThread({
      token: slack.botToken,
      slackApiUrl: slack.apiUrl,
      config: { fleet, slack: { approvers: ['U0BOB'], requesterMayApprove: false } },
      clock,
      log,
      ...(budget === undefined ? {} : { budget }),
      keptFiles: () => Promise.resolve(kept),
    });
  let thread = newThread();
  let stored: Shown = { channel: CHANNEL, replies: {} };
  let writes = 0;
  let failing: (write: number) => boolean = () => false;
  return {
    clock,
    log,
    stored: () => stored,
    writes: () => writes,
    /** What the store holds from now on. */
    restore: (shown: Shown) => void (stored = shown),
    /** Another process, which remembers nothing. */
    restart: () => void (thread = newThread()),
    /** Which writes of the store fail, counted from 1 from now on. */
    failWrites(which: (write: number) => boolean) {
      writes = 0;
      failing = which;
    },
    async show(run: Run, waits: Readonly<Record<string, string>> = {}, absence?: Absence): Promise<number | undefined> {
      const remember = async (next: Shown): Promise<void> => {
        writes += 1;
        if (failing(writes)) throw new Error('the store is away');
        stored = next;
      };
      const { againMs, shown } = await thread.show(run, waits, stored, remember, AbortSignal.timeout(patienceMs()), absence);
      // As the reporter does, which may learn what an earlier write could not store.
      stored = shown;
      return againMs;
    },
    /** Shows the run again as often as that is asked for, until it is not, or the time is over. How often. */
    async showFor(run: Run, ms: number): Promise<number> {
      const end = clock.now().getTime() + ms;
      for (let shows = 1; ; shows += 1) {
        const againMs = await this.show(run);
        if (againMs === undefined || clock.now().getTime() + againMs > end) return shows;
        clock.set(new Date(clock.now().getTime() + Math.max(1, againMs)).toISOString());
      }
    },
  };
};

/** Asked for so recently that a search among messages of now finds it. */
export const recently = (run: Run): Run => ({ ...run, requestedAt: new Date().toISOString() });

export const callsOf = (slack: FakeSlack, method: string): number => slack.calls.filter((call) => call.method === method).length;
