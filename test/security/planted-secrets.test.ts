import { told, verbatim } from '../../src/domain/text.ts';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/adapters/cli/run-cli.ts';
import { failureOf } from '../../src/adapters/kubernetes/failures.ts';
import { commandConnection } from '../../src/adapters/redis/connection.ts';
import { durableClient } from '../../src/adapters/slack/clients.ts';
import { createMessageApi } from '../../src/adapters/slack/message-api.ts';
import { createThread } from '../../src/adapters/slack/thread.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { createLog } from '../../src/adapters/system/log.ts';
import { UserError } from '../../src/domain/problem.ts';
import type { Run } from '../../src/domain/run.ts';
import { ApiError } from '../../src/kube-api/api-server.ts';
import type { Step } from '../../src/steps/context.ts';
import { toolOnPath } from '../adapters/cli/tool-on-path.ts';
import { startBench } from '../adapters/slack/bench.ts';
import { blocked, failed, fleet, plan, succeeded } from '../adapters/slack/fixtures.ts';
import { CHANNEL, startWorkspace } from '../adapters/slack/workspace.ts';
import { openInstallation } from '../support/installation.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { plantedSecrets, type Planted } from './secrets.ts';
import { patienceMs } from '../support/eventually.ts';

const SEED = 20_261_128;
const planted = plantedSecrets(SEED);
const lines = planted.map(({ line }) => line);

/** Kinds of secrets of which the text shows the whole or either end. */
const seenIn = (text: string): string[] => planted.filter((one) => shows(text, one)).map(({ what }) => what);
const shows = (text: string, { secret }: Planted): boolean => {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)];
  return forms.some((form) => text.includes(form)) || text.includes(secret.slice(0, 10)) || text.includes(secret.slice(-8));
};

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

/** Everything that Redis holds, as text. */
const everythingInRedis = async (): Promise<string> => {
  const redis = commandConnection({ url: server.url, log: quietLog, name: 'reader' });
  try {
    const found: string[] = [];
    for (const key of await redis.keys('*')) {
      const kind: string = await redis.type(key);
      found.push(key);
      if (kind === 'string') found.push((await redis.get(key)) ?? '');
      if (kind === 'hash') found.push(...Object.entries(await redis.hgetall(key)).flat());
      if (kind === 'list') found.push(...(await redis.lrange(key, 0, -1)));
      if (kind === 'zset') found.push(...(await redis.zrange(key, 0, '-1')));
      if (kind === 'set') found.push(...(await redis.smembers(key)));
      if (kind === 'stream') found.push(JSON.stringify(await redis.xrange(key, '-', '+')));
    }
    return found.join('\n');
  } finally {
    redis.disconnect();
  }
};

test('there are at least sixty kinds of planted secrets, and the search finds each where nothing hides it', () => {
  expect(planted.length).toBeGreaterThanOrEqual(60);
  expect(seenIn(lines.join('\n'))).toEqual(planted.map(({ what }) => what));
  expect(seenIn(lines.map((line) => JSON.stringify({ line })).join('\n'))).toEqual(planted.map(({ what }) => what));
});

describe('no planted secret', () => {
  test('reaches Redis with what an API server answers, what a step waits for, or what is audited', async () => {
    const refused = (line: string): Error =>
      failureOf(new ApiError({ message: line, reason: 'Invalid', code: 422 }), { cluster: 'tokyo', text: 'applying Postgres demo/postgres' });
    const telling = (index: number, line: string): Step => ({
      id: `test/${index}`,
      title: `fact ${index}`,
      stage: 'Test',
      cluster: 'tokyo',
      rights: [],
      verifyTimeoutMs: 1_000,
      check: () => Promise.reject(refused(line)),
      apply: () => Promise.reject(refused(line)),
      verify: () => Promise.reject(refused(line)),
    });
    const installation = openInstallation({ url: server.url, steps: lines.map((line, index) => telling(index, line)) });
    onTestFinished(() => installation.close());
    await installation.worker();
    const { id } = await installation.start();
    const run = await installation.reaches(id, 'blocked');
    const { store } = installation.redis;
    await store.setWaiting(id, Object.fromEntries(lines.map((line, index) => [`test/${index}`, line])));
    await store.setShown(
      id,
      { channel: 'C0DB', replies: Object.fromEntries(lines.map((line, index) => [`reply-${index}`, line])) },
      Number.MAX_SAFE_INTEGER,
    );
    for (const line of lines) await store.audit({ did: 'test', run: id, text: line });
    await store.rememberStreaming('demo', 'postgres', lines, 'now');
    await store.create({ ...run, id: `r-${randomUUID()}`, differences: lines, bug: lines.join('\n') }, randomUUID());
    const all = await everythingInRedis();
    expect(all).toContain('applying Postgres demo/postgres');
    expect(seenIn(all)).toEqual([]);
  });

  test('reaches Slack in a card, a reply, a file, or a word to one person', async () => {
    const slack = await startWorkspace();
    onTestFinished(() => slack.close());
    const thread = createThread({
      token: slack.botToken,
      slackApiUrl: slack.apiUrl,
      config: { fleet, slack: { approvers: ['U0BOB'], requesterMayApprove: false } },
      clock: systemClock,
      log: quietLog,
    });
    const telling = (line: string, index: number): Run[] => {
      const problem = { code: 'PGD-084' as const, what: told`tokyo refused it: ${line}`, evidence: [line], remedy: told`Mend ${line}` };
      const [step] = plan.steps;
      return [
        { ...failed, id: `f${index}`, failure: { ...failed.failure!, problems: [problem] } },
        { ...blocked, id: `b${index}`, plan: { ...plan, steps: [{ ...step!, finding: { kind: 'blocked', problems: [problem] } }] } },
        {
          ...succeeded,
          id: `a${index}`,
          state: 'awaiting-approval',
          plan: {
            ...plan,
            worthKnowing: [verbatim(line)],
            steps: plan.steps.map((each) => ({
              ...each,
              finding: {
                kind: 'change',
                changes: [
                  { cluster: 'demo-worker', action: 'change', object: `ConfigMap x ${line}`, fields: [{ path: 'data.x', from: line, to: line }] },
                ],
              },
            })),
          },
        },
      ];
    };
    // Several kinds per message: each run is small, a message holds much.
    for (const [index, line] of lines.entries())
      for (const run of telling(line, index))
        await thread.show(
          run,
          { [plan.steps[0]!.id]: line },
          { channel: CHANNEL, replies: {} },
          async () => undefined,
          AbortSignal.timeout(patienceMs()),
        );
    const api = createMessageApi({
      client: durableClient({ token: slack.botToken, slackApiUrl: slack.apiUrl, log: quietLog }),
      clock: systemClock,
      log: quietLog,
    });
    const threadTs = slack.messages(CHANNEL)[0]?.ts ?? '';
    for (const line of lines) await api.whisper({ channel: CHANNEL, user: 'U0ALICE' }, { text: `Nothing was done: ${line}`, blocks: [] });
    await api.upload({ channel: CHANNEL, threadTs }, { name: 'plan.txt', content: lines.join('\n\n') }, async () => undefined);
    const messages = slack.messages(CHANNEL).flatMap(({ ts }) => slack.thread(CHANNEL, ts));
    const files = messages.flatMap(({ files: of }) => of.map(({ content }) => content.toString('utf8')));
    expect(messages.length).toBeGreaterThan(3 * lines.length);
    expect(files.length).toBeGreaterThan(1);
    const shown = JSON.stringify([messages.map((message) => ({ ...message, files: [] })), slack.ephemerals('U0ALICE')]);
    expect(shown).toContain('refused it');
    expect(seenIn(shown)).toEqual([]);
    expect(seenIn(files.join('\n'))).toEqual([]);
    expect(seenIn(slack.transcript(CHANNEL, { viewer: 'U0ALICE' }))).toEqual([]);
  });

  test.each(['socket-mode', 'http'] as const)('comes back with the answer to a command or in a form, over %s', async (over) => {
    let said = verbatim('');
    const bench = await startBench(over, () => ({
      list: () => Promise.reject(new UserError(said)),
      reject: () => Promise.reject(new UserError(said)),
    }));
    onTestFinished(() => bench.stop());
    for (const { line } of planted.filter((_, index) => index % 5 === 0)) {
      said = told`Nothing was done: ${line}`;
      expect(JSON.stringify(await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist runs'))).toContain('Nothing was done');
    }
    expect(seenIn(JSON.stringify(bench.slack.ephemerals('U0ALICE')))).toEqual([]);
  });

  test('reaches the log in a field, a list, an error or its causes', () => {
    const logged: string[] = [];
    const log = createLog({ process: 'test', level: 'debug', destination: { write: (line) => void logged.push(line) } });
    for (const line of lines) {
      log.info({ line, list: [line], deep: { deeper: { line } } }, 'told');
      log.child({ line }).error({ error: new Error(line, { cause: new Error(line) }) }, 'failed');
    }
    expect(logged).toHaveLength(2 * lines.length);
    for (const line of logged) expect(JSON.parse(line)).toMatchObject({ process: 'test' });
    expect(seenIn(logged.join(''))).toEqual([]);
  });

  test('comes through in what a tool prints, whatever its chunks', async () => {
    const folder = await toolOnPath('teller', 'cat "$FOLDER/text"; dd if="$FOLDER/text" bs=7 2>/dev/null; cat "$FOLDER/text" >&2');
    await writeFile(join(folder, 'text'), lines.map((line) => `${line}\n`).join(''));
    const heard: string[] = [];
    const { exitCode, lastLines } = await runCli({
      tool: 'teller',
      args: [],
      environment: { PATH: process.env['PATH'] ?? '' },
      signal: AbortSignal.timeout(patienceMs()),
      timeoutMs: patienceMs(),
      onLine: (line) => heard.push(line),
    });
    expect(exitCode).toBe(0);
    expect(heard.length).toBeGreaterThan(3 * lines.length);
    expect(seenIn([...heard, ...lastLines].join('\n'))).toEqual([]);
  });
});
