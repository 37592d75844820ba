import { once } from 'node:events';
import { createServer } from 'node:http';
import { createAnswer } from '../../../src/command/answer.ts';
import { loadCommands } from '../../../src/command/registry.ts';
import { createSlackApp, type SlackApp } from '../../../src/adapters/slack/app.ts';
import { createThread } from '../../../src/adapters/slack/thread.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { UserError } from '../../../src/domain/problem.ts';
import { type Actor, move, type Run } from '../../../src/domain/run.ts';
import type { Runs, StartRequest } from '../../../src/runs/runs.ts';
import type { Change, FakeSlack } from '../../../playground/slack/index.ts';
import { awaiting, database, fleet, run } from './fixtures.ts';
import { CHANNEL, keptLog, startWorkspace } from './workspace.ts';
import { told, user } from '../../../src/domain/text.ts';

/** Runs in memory with the rules that the adapter must not know: one start per key, one decision per run. */
export const memoryRuns = () => {
  const runs = new Map<string, Run>();
  const keys = new Map<string, string>();
  const asked: { readonly what: string; readonly by: Actor; readonly messageTs?: string | undefined; readonly reason?: string | undefined }[] = [];
  const known = (id: string): Run => {
    const found = runs.get(id);
    if (found === undefined) throw new UserError(told`There is no run \`${id}\`. \`/pgdist runs\` lists them.`);
    return found;
  };
  const keep = (changed: Run): Run => {
    runs.set(changed.id, changed);
    return changed;
  };
  const decided = (found: Run): void => {
    if (found.state !== 'awaiting-approval')
      throw new UserError(told`Already ${found.state} by ${user(found.approval?.by.userId ?? found.rejection?.by.userId ?? '')}.`);
  };
  const useCases: Runs = {
    async start(request: StartRequest) {
      const before = keys.get(request.idempotencyKey);
      if (before !== undefined) return known(before);
      const id = `r${runs.size + 1}`;
      keys.set(request.idempotencyKey, id);
      asked.push({ what: `start ${request.kind} ${request.database}${request.private === true ? ' private' : ''}`, by: request.by });
      return keep({ ...run, id, kind: request.kind, requestedBy: request.by, thread: { channel: request.channel } });
    },
    async approve({ runId, by, messageTs }) {
      asked.push({ what: 'approve', by, messageTs });
      const found = known(runId);
      decided(found);
      return keep({ ...move(found, 'applying'), approval: { by, at: new Date().toISOString(), digest: found.plan?.digest ?? '' } });
    },
    async reject({ runId, by, reason, messageTs }) {
      asked.push({ what: 'reject', by, messageTs, reason });
      const found = known(runId);
      decided(found);
      return keep({ ...move(found, 'rejected'), rejection: { by, at: new Date().toISOString(), ...(reason === undefined ? {} : { reason }) } });
    },
    async retry({ runId, by, messageTs }) {
      asked.push({ what: 'retry', by, messageTs });
      return keep(move(known(runId), 'queued'));
    },
    async cancel({ runId, by }) {
      asked.push({ what: 'cancel', by });
      return keep({ ...move(known(runId), 'cancelled'), cancelledBy: by });
    },
    list: async (limit) => [...runs.values()].toReversed().slice(0, limit),
    get: async (id) => runs.get(id),
  };
  return { useCases, asked, keep };
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

/** The app as it is, connected to a fake Slack. */
export const startBench = async (over: 'socket-mode' | 'http', change: (runs: Runs) => Partial<Runs> = () => ({})): Promise<Bench> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const slack = await startWorkspace(
    over === 'socket-mode'
      ? {}
      : {
          commands: [{ command: '/pgdist', requestUrl: url }],
          interactivityUrl: url,
          app: { appId: 'A0PGDIST', botUserId: 'U0PGDIST', botName: 'pgdist', eventsUrl: url },
        },
  );
  const runs = memoryRuns();
  const log = keptLog();
  const useCases: Runs = { ...runs.useCases, ...change(runs.useCases) };
  const config = {
    slackApiUrl: slack.apiUrl,
    slackBotToken: slack.botToken,
    slack: { channels: [CHANNEL], admins: ['U0CAROL'] },
    delivery:
      over === 'socket-mode'
        ? ({ kind: 'socket-mode', appToken: slack.appToken } as const)
        : ({ kind: 'http', signingSecret: slack.signingSecret, port } as const),
  };
  const answer = createAnswer({ runs: useCases, fleet, databases: [database], commands: await loadCommands() });
  const app = createSlackApp({ config, runs: useCases, answer, clock: systemClock, log });
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
      const { shown: result } = await thread.show(shown, {}, { channel: CHANNEL, replies: {} }, async () => undefined, AbortSignal.timeout(5_000));
      return { card: result.ts ?? '', plan: Object.entries(result.replies).find(([key]) => key.startsWith('plan-'))?.[1] ?? '' };
    },
    async stop() {
      await app.stop();
      await slack.close();
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Resolves when `condition` holds, looking after every change of what somebody sees; rejects after five seconds. */
export const until = async (slack: FakeSlack, condition: () => boolean, what: string): Promise<void> => {
  if (condition()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`not seen within 5 s: ${what}`)), 5_000);
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
