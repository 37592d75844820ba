import { afterEach, expect, test } from 'vitest';
import { patientClient } from '../../../src/adapters/slack/clients.ts';
import { localBudget } from '../../../src/adapters/slack/local-budget.ts';
import { budgeted, POSTS, TIER_OF } from '../../../src/adapters/slack/rates.ts';
import type { Run } from '../../../src/domain/run.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { methods } from '../../../playground/slack/web-api/registry.ts';
import { sourcesOf } from '../../support/sources.ts';
import { applying, approval, awaiting, failed, run, succeeded, waiting } from './fixtures.ts';
import { threadBench } from './thread-bench.ts';
import { CHANNEL, keptLog, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
afterEach(() => slack?.close());

test('every method that pgdist calls has the tier that Slack gives it', () => {
  for (const [method, tier] of Object.entries(TIER_OF)) expect([method, methods.get(method)?.tier ?? tier]).toEqual([method, tier]);
  const called = sourcesOf('src/adapters/slack').flatMap(({ text }) =>
    [...text.matchAll(/\bclient\)?\.((?:chat|conversations|files|users|views|auth)\.\w+)\(/g)].map(([, method]) => method!),
  );
  expect(called.length).toBeGreaterThan(6);
  const limited = called.filter((method) => ['tier2', 'tier3', 'tier4'].includes(methods.get(method)?.tier ?? 'none'));
  expect(limited.filter((method) => TIER_OF[method] === undefined)).toEqual([]);
});

test('posts are counted by channel, edits together, and progress leaves some of them for the rest', () => {
  expect(budgeted('chat.postMessage', { channel: 'C1' })).toEqual({ key: 'chat.postMessage C1', ...POSTS });
  expect(budgeted('chat.update', { channel: 'C1' })).toEqual(budgeted('chat.update', { channel: 'C2' }));
  expect(budgeted('chat.update', {}, true).most).toBeLessThan(budgeted('chat.update', {}).most);
  expect(budgeted('chat.update', {}).most).toBeLessThan(50);
});

/** Time that stands until it is set, the same for Slack, the workers and their budget. */
const sharedTime = () => {
  let nowMs = Date.parse(approval.at);
  return {
    pass: (ms: number) => void (nowMs += ms),
    iso: () => new Date(nowMs).toISOString(),
    slackClock: { now: () => new Date(nowMs), sleep: () => Promise.resolve() },
    budget: localBudget({ monotonicMs: () => nowMs }),
  };
};

test('forty runs with news every second, shown by as many workers in one channel, stay within what Slack allows', async () => {
  const time = sharedTime();
  slack = await startWorkspace({ rateLimits: 'tiers', clock: time.slackClock });
  const workers = Array.from({ length: 40 }, (_, index) => ({
    bench: threadBench(slack, { budget: time.budget }),
    dueMs: 0,
    of: (second: number): Run => ({
      ...(second < 150 ? applying : index % 2 === 0 ? succeeded : failed),
      id: `r${index}`,
    }),
  }));
  for (let second = 0; second < 260; second += 1) {
    for (const worker of workers) {
      if (second % 150 !== 0 && worker.dueMs > second * 1_000) continue;
      worker.bench.clock.set(time.iso());
      const againMs = await worker.bench.show(worker.of(second), { [Object.keys(waiting)[0]!]: `attempt ${second}` });
      worker.dueMs = second * 1_000 + Math.max(1_000, againMs ?? 1_000);
    }
    time.pass(1_000);
  }
  expect(slack.calls.filter(({ error }) => error === 'ratelimited')).toEqual([]);
  const edits = slack.calls.filter(({ method }) => method === 'chat.update').map(({ at }) => at.getTime());
  const inMinuteOf = (start: number): number => edits.filter((at) => at >= start && at < start + 60_000).length;
  expect(Math.max(...edits.map(inMinuteOf))).toBeLessThanOrEqual(50);
  // All are told to their ends, and none starved meanwhile.
  for (const { bench } of workers) {
    const texts = slack.thread(CHANNEL, bench.stored().ts ?? '').map(({ text }) => text);
    expect(texts[0]).toMatch(/succeeded|failed/);
  }
});

test('a 429 that asks for 30 s is not asked again before, by whichever run, and what happened meanwhile is told once', async () => {
  const time = sharedTime();
  slack = await startWorkspace({ clock: time.slackClock });
  const [one, other] = [threadBench(slack, { budget: time.budget }), threadBench(slack, { budget: time.budget })];
  for (const bench of [one, other]) {
    bench.clock.set(time.iso());
    await bench.show({ ...awaiting, id: bench === one ? 'r1' : 'r2' });
  }
  slack.faults.always('chat.update', { kind: 'rate-limited', retryAfterSeconds: 30 });
  const before = slack.calls.length;
  for (let second = 0; second < 29; second += 1) {
    for (const bench of [one, other]) {
      bench.clock.set(time.iso());
      await bench.show({ ...applying, id: bench === one ? 'r1' : 'r2' });
    }
    time.pass(1_000);
  }
  expect(slack.calls.slice(before).filter(({ method }) => method === 'chat.update')).toHaveLength(1);
  slack.faults.clear();
  time.pass(2_000);
  for (const bench of [one, other]) {
    bench.clock.set(time.iso());
    await bench.show({ ...applying, id: bench === one ? 'r1' : 'r2' });
  }
  expect(slack.messages(CHANNEL).map(({ text }) => text.includes('applying'))).toEqual([true, true]);
});

test('an edit that has to wait keeps no reply back', async () => {
  const time = sharedTime();
  slack = await startWorkspace({ clock: time.slackClock });
  const bench = threadBench(slack, { budget: time.budget });
  await bench.show(run);
  slack.faults.always('chat.update', { kind: 'rate-limited', retryAfterSeconds: 60 });
  bench.clock.set(time.iso());
  expect(await bench.show(failed)).toBe(60_000);
  expect(slack.thread(CHANNEL, bench.stored().ts ?? '').length).toBeGreaterThan(1);
});

test('a 429 without a time is waited for as well', async () => {
  slack = await startWorkspace();
  const bench = threadBench(slack);
  slack.faults.next('chat.postMessage', { kind: 'http', status: 429 });
  expect(await bench.show(run)).toBe(10_000);
});

test('an outage that one worker met is left alone by all of them, but for whom a person waits', async () => {
  const time = sharedTime();
  slack = await startWorkspace({ clock: time.slackClock });
  const [one, other] = [threadBench(slack, { budget: time.budget }), threadBench(slack, { budget: time.budget })];
  slack.faults.always('chat.postMessage', { kind: 'http', status: 503 });
  await one.show({ ...run, id: 'r1' });
  expect(await other.show({ ...run, id: 'r2' })).toBe(2_000);
  expect(slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
  const people = patientClient({ token: slack.botToken, slackApiUrl: slack.apiUrl, log: keptLog(), budget: time.budget });
  slack.faults.next('users.info', { kind: 'http', status: 503 });
  await expect(people.users.info({ user: 'U0ALICE' })).rejects.toThrow('503');
  expect((await people.users.info({ user: 'U0ALICE' })).ok).toBe(true);
});
