import { expect, test } from 'vitest';
import { plainText } from '../../src/domain/text.ts';
import type { OwedAnswer } from '../../src/ports/owed-answers.ts';
import { alice, askerIn, awaiting, bob, carol, CHANNEL, clickOf, NOW, openBench, type UseCaseBench } from './bench.ts';

/** Somebody pressed, and the process died before it told them what came of it. */
const owedTo = (by: OwedAnswer['by'], what: string, changes: Partial<OwedAnswer> = {}): OwedAnswer => ({
  id: 't1',
  by,
  what,
  runId: awaiting.id,
  channel: CHANNEL,
  at: NOW,
  ...changes,
});
const cameOf = async ({ runs }: UseCaseBench, asked: OwedAnswer): Promise<string> => plainText(await runs.whatCameOf(asked));

test('what was done is told as done, with how the run stands', async () => {
  const bench = openBench();
  await bench.runs.approve(clickOf(bob));
  expect(await cameOf(bench, owedTo(bob, 'approve'))).toMatch(
    /^pgdist was restarted before it could answer your `approve`\. It was done: Run `r1` by .* is deploying `postgres`/,
  );
});

test('what was refused is told as refused and why, also to who is told nothing of the run', async () => {
  const bench = openBench();
  await bench.runs.approve(clickOf(alice)).catch(() => undefined);
  expect(await cameOf(bench, owedTo(alice, 'approve'))).toMatch(/It was refused: .*may approve this plan/);
});

test('what was not begun is told as not done, and nothing of the run; so is what others did, or what was done before', async () => {
  const bench = openBench();
  await bench.runs.approve(clickOf(bob));
  const nothing =
    'pgdist was restarted before it could answer your `approve`. Nothing was done about it so far. Press again: a second time does no harm.';
  expect(await cameOf(bench, owedTo(carol, 'approve'))).toBe(nothing);
  expect(await cameOf(bench, owedTo(bob, 'approve', { at: '2026-11-22T14:05:01.000Z' }))).toBe(nothing);
});

test('what was begun, and whose end nobody recorded, is told as not known, with how the run stands', async () => {
  const bench = openBench();
  const { audit } = bench.store;
  let written = 0;
  bench.store.audit = (entry) => ((written += 1) > 1 ? Promise.reject(new Error('the process died here')) : audit(entry));
  await bench.runs.approve(clickOf(bob));
  expect(await cameOf(bench, owedTo(bob, 'approve'))).toMatch(/It is not known whether it was done: Run `r1` by .* is deploying `postgres`/);
});

test.each<[string, OwedAnswer['by']]>([
  ['deploy postgres', bob],
  ['verify-now', alice],
])('what %s started is told by its run', async (what, by) => {
  const bench = openBench([]);
  const run = await bench.runs.start({ ...askerIn(by), idempotencyKey: 't1', kind: 'verify', database: 'postgres' });
  expect(await cameOf(bench, owedTo(by, what))).toContain(`It was done: Run \`${run.id}\` by`);
});

test('of what nothing is known that is said, and that a second time does no harm', async () => {
  const { runId: _, ...typed } = owedTo(bob, '/pgdist cancel r1');
  expect(await cameOf(openBench(), typed)).toBe(
    'pgdist was restarted before it could answer your `/pgdist cancel r1`. It is not known whether anything came of it. Ask again: a second time does no harm.',
  );
});
