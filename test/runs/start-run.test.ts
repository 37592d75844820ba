import { expect, test } from 'vitest';
import { alice, askerIn, awaiting, bob, clickOf, openBench, refusalOf } from './bench.ts';

const asking = (kind: 'deploy' | 'plan' | 'verify' | 'status', by = alice) => ({ ...askerIn(by), kind, database: 'postgres' });

test.each(['deploy', 'plan', 'verify', 'status'] as const)('a %s is stored, queued and recorded with its run', async (kind) => {
  const bench = openBench([]);
  const run = await bench.runs.start(asking(kind));
  expect(run).toMatchObject({ kind, state: 'queued', requestedBy: alice });
  expect(run).not.toHaveProperty('acceptBy');
  expect(bench.queued).toEqual([`${run.phase} ${run.id}`]);
  expect(bench.store.entries).toMatchObject([
    { deed: kind, run: run.id, outcome: 'asked' },
    { deed: kind, run: run.id, by: alice.userId, way: 'command', after: 'queued', outcome: 'done' },
  ]);
});

test.each(['deploy', 'verify'] as const)('a %s that is delivered twice is one run, and both are told of it', async (kind) => {
  const bench = openBench([]);
  const request = asking(kind);
  const [first, second] = [await bench.runs.start(request), await bench.runs.start(request)];
  expect(second.id).toBe(first.id);
  expect(await bench.store.list(5)).toHaveLength(1);
});

test('a second deploy of a database is refused with who asked for the first, and that is recorded', async () => {
  const bench = openBench();
  const told = await refusalOf(bench.runs.start(asking('deploy', bob)));
  expect(told).toMatch(/^Run `r1` by \{user:U0ALICE\} waits for approval to deploy/);
  expect(bench.store.entries).toMatchObject([
    { deed: 'deploy', by: bob.userId, outcome: 'asked' },
    { deed: 'deploy', by: bob.userId, outcome: 'refused', told },
  ]);
});

test('the audit tells an outage from a refusal, and keeps no stack', async () => {
  const bench = openBench();
  bench.store.save = () => Promise.reject(new TypeError('secret of the machine'));
  bench.store.approve = () => Promise.reject(new TypeError('secret of the machine'));
  await expect(bench.runs.approve(clickOf(bob))).rejects.toThrow(TypeError);
  expect(bench.store.entries).toMatchObject([
    { deed: 'approve', run: awaiting.id, before: 'awaiting-approval', outcome: 'asked' },
    { deed: 'approve', run: awaiting.id, before: 'awaiting-approval', outcome: 'failed', told: 'TypeError' },
  ]);
});

test('what somebody typed as a run does not make the audit grow without bound', async () => {
  const bench = openBench([]);
  await refusalOf(bench.runs.cancel({ ...askerIn(alice), runId: 'x'.repeat(5_000) }));
  expect(JSON.stringify(bench.store.entries).length).toBeLessThan(500);
});
