import { freePort } from '../../../playground/control/free-port.ts';
import { createInterpreter } from '../../../src/command/interpret.ts';
import { loadCommands } from '../../../src/command/registry.ts';
import { createSlackApp, type SlackApp } from '../../../src/adapters/slack/app.ts';
import { createThread } from '../../../src/adapters/slack/thread.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Database } from '../../../src/domain/database.ts';
import type { Actor, Run } from '../../../src/domain/run.ts';
import type { People } from '../../../src/ports/people.ts';
import type { UseCases } from '../../../src/ports/use-cases.ts';
import { patientClient } from '../../../src/adapters/slack/clients.ts';
import { createPeople } from '../../../src/adapters/slack/people.ts';
import { createRuns } from '../../../src/runs/create-runs.ts';
import type { Change, FakeSlack, SlackOptions } from '../../../playground/slack/index.ts';
import { memoryPeople } from '../../support/memory-people.ts';
import { memoryWatches } from '../../support/memory-watches.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { everybody } from '../../support/people.ts';
import { at, awaiting, database, fleet } from './fixtures.ts';
import { CHANNEL, keptLog, settableClock, startWorkspace } from './workspace.ts';
import { patienceMs } from '../../support/eventually.ts';

/** The use cases as they are, over runs in memory; `asked` is what came of them, each run started once. */
export const memoryRuns = ({ people = everybody, databases = [database] }: { people?: People; databases?: readonly Database[] } = {}) => {
  const store = memoryStore();
  const watches = memoryWatches();
  const asked: { readonly what: string; readonly by: Actor; readonly messageTs?: string | undefined; readonly reason?: string | undefined }[] = [];
  let ids = 0;
  const real = createRuns({
    store,
    watches,
    preferences: memoryPeople().preferences,
    queue: { add: async () => undefined, report: async () => undefined, has: async () => true },
    people,
    clock: settableClock(at('14:05')),
    random: { number: () => 0.5, id: () => String((ids += 1)) },
    config: {
      fleet,
      databases,
      slack: { channels: [CHANNEL], approvers: ['U0BOB', 'U0CAROL'], admins: ['U0CAROL'], requesterMayApprove: false },
      approvalTimeoutMs: 1_800_000,
    },
    log: keptLog(),
  });
  const started = new Set<string>();
  const useCases: UseCases = {
    ...real,
    async start(request) {
      const begun = await real.start(request);
      if (!started.has(begun.id))
        asked.push({ what: `start ${begun.kind} ${begun.database.name}${begun.private === true ? ' private' : ''}`, by: request.by });
      started.add(begun.id);
      return begun;
    },
    async approve(decision) {
      const decided = await real.approve(decision);
      asked.push({ what: 'approve', by: decision.by, messageTs: messageOf(decision) });
      return decided;
    },
    async reject(decision) {
      const decided = await real.reject(decision);
      asked.push({ what: 'reject', by: decision.by, messageTs: messageOf(decision), reason: decision.reason });
      return decided;
    },
    async retry(click) {
      const retried = await real.retry(click);
      asked.push({ what: click.deed, by: click.by, messageTs: messageOf(click) });
      return retried;
    },
    async cancel(request) {
      const cancelled = await real.cancel(request);
      asked.push({ what: 'cancel', by: request.by });
      return cancelled;
    },
    async askAgain(question) {
      const told = await real.askAgain(question);
      asked.push({ what: question.deed, by: question.by });
      return told;
    },
  };
  return { useCases, asked, store, watches, keep: (kept: Run) => store.put(kept) };
};

export interface Bench {
  readonly slack: FakeSlack;
  readonly app: SlackApp;
  readonly runs: ReturnType<typeof memoryRuns>;
  readonly log: ReturnType<typeof keptLog>;
  /** Shows a run as the worker would; the ts of its card and of its plan ('' without one). */
  showRun(shown?: Run): Promise<{ readonly card: string; readonly plan: string }>;
  stop(): Promise<void>;
}

const APP = { appId: 'A0PGDIST', botUserId: 'U0PGDIST', botName: 'pgdist' };

/** The app as it is, connected to a fake Slack. */
export const startBench = async (
  over: 'socket-mode' | 'http',
  change: (runs: UseCases) => Partial<UseCases> = () => ({}),
  scopes?: readonly string[],
  options: Partial<SlackOptions> = {},
  databases: readonly Database[] = [database],
): Promise<Bench> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const slack = await startWorkspace(
    over === 'socket-mode'
      ? { ...options, app: { ...APP, ...(scopes === undefined ? {} : { scopes }) } }
      : {
          commands: [{ command: '/pgdist', requestUrl: url }],
          interactivityUrl: url,
          app: { ...APP, eventsUrl: url },
        },
  );
  const log = keptLog();
  const people = createPeople({
    client: patientClient({ token: slack.botToken, slackApiUrl: slack.apiUrl, log, clock: systemClock }),
    clock: systemClock,
    log,
  });
  const runs = memoryRuns({ people, databases });
  const useCases: UseCases = { ...runs.useCases, ...change(runs.useCases) };
  const config = {
    fleets: [{ fleet }],
    slackApiUrl: slack.apiUrl,
    slackBotToken: slack.botToken,
    slack: { admins: ['U0CAROL'] },
    delivery:
      over === 'socket-mode'
        ? ({ kind: 'socket-mode', appToken: slack.appToken } as const)
        : ({ kind: 'http', signingSecret: slack.signingSecret, port } as const),
  };
  const answer = createInterpreter({ runs: useCases, fleets: [{ fleet, databases }], commands: await loadCommands() });
  const app = createSlackApp({ config, runs: useCases, answer, people, clock: systemClock, log });
  await app.start();
  return {
    slack,
    app,
    runs,
    log,
    async showRun(shown = awaiting) {
      runs.keep(shown);
      const thread = createThread({
        token: slack.botToken,
        slackApiUrl: slack.apiUrl,
        config: { fleet, slack: { approvers: ['U0BOB'], requesterMayApprove: false } },
        clock: systemClock,
        log,
      });
      const { shown: result } = await thread.show(
        shown,
        {},
        { channel: CHANNEL, replies: {} },
        async () => undefined,
        AbortSignal.timeout(patienceMs()),
      );
      await runs.store.setShown(shown.id, result);
      return { card: result.ts ?? '', plan: Object.entries(result.replies).find(([key]) => key.startsWith('plan-'))?.[1] ?? '' };
    },
    async stop() {
      await app.stop();
      await slack.close();
    },
  };
};

/** Resolves when `condition` holds, looking after every change of what somebody sees; rejects when it never does. */
export const until = async (slack: FakeSlack, condition: () => boolean, what: string): Promise<void> => {
  if (condition()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`never seen: ${what}`)), patienceMs());
  const stop = slack.onChange((_change: Change) => {
    if (condition()) resolve();
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
};

/** What Slack sends always names the message. */
const messageOf = (asked: object): string => ('messageTs' in asked && typeof asked.messageTs === 'string' ? asked.messageTs : 'none');
