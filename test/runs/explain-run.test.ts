import { expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { plainWords, sourceOf } from '../../src/domain/text.ts';
import { at, awaiting as plannedRun, blocked, brokenVerify, failed, missingStatus, silentStatus, succeeded } from '../adapters/slack/fixtures.ts';
import { askerIn, awaiting, bob, clickOf, openBench, refusalOf } from './bench.ts';

const explained = async (run: Run): Promise<string> => {
  const bench = openBench([{ ...run, thread: { channel: 'C0DB' } }]);
  return plainWords(sourceOf(await bench.runs.explain({ ...askerIn(bob), runId: run.id })));
};

test('of a verify the cause comes with its hop, what was seen, when, and what to do; then what follows and what is ruled out', async () => {
  const told = await explained(brokenVerify);
  const lines = told.split('\n');
  expect(lines[0]).toBe(`Run \`rv11\` (\`verify postgres\`, asked by @U0ALICE ${at('14:35')}) · failed ${at('14:35:09')}`);
  expect(lines[1]).toBe(
    `Cause: \`PGD-052\` Slice names do not resolve on demo-worker · hop \`slice names resolve on demo-worker\` on demo-worker, ${at('14:35:07')}`,
  );
  expect(lines[2]).toMatch(/^Seen: lookup of .* answered NXDOMAIN/);
  expect(lines[3]).toMatch(/^→ k3s rewrites this ConfigMap/);
  expect(lines[4]).toBe('Follows from it: `PGD-062` postgres-1 on demo-worker does not stream');
  expect(lines[5]).toBe('Ruled out, since it was looked at and holds:');
  expect(told).toContain('KubeSlice, 3: ');
  expect(told).toContain('(seen)');
  expect(lines.at(-1)).toBe('This is what was seen then. `/pgdist explain postgres` looks anew.');
});

test('of a status the silence of a cluster is told as not known', async () => {
  const told = await explained(silentStatus);
  expect(told).toContain('Cannot tell: how things stand on demo-worker, since it was not heard');
  expect(told).toContain('Not known: 1 of 2 hops were not looked at, or could not be.');
});

test('of a deploy that failed the steps before it are ruled out, and those behind it are not known', async () => {
  const told = await explained(failed);
  expect(told).toContain('Cause: `PGD-052`');
  expect(told).toContain('Ruled out');
  expect(told).toContain('Not reached: 2 hops behind it');
});

test('of a plan that was blocked each problem stands for itself', async () => {
  const told = await explained(blocked);
  expect(told).toContain('`PGD-011` Nodes of demo-worker are too small');
  expect(told).toContain('`PGD-041` Licence was issued for another cluster');
});

test.each<[string, Run, RegExp]>([
  ['succeeded', succeeded, /Nothing was found wrong/],
  [
    'was rejected',
    { ...plannedRun, state: 'rejected', rejection: { by: bob, at: at('14:05'), reason: 'not now' } },
    /@U0BOB rejected the plan: “not now”/,
  ],
  ['expired', { ...plannedRun, state: 'expired' }, /Nobody decided about the plan until/],
  ['was cancelled', { ...plannedRun, state: 'cancelled', cancelledBy: bob }, /@U0BOB cancelled it/],
  [
    'was superseded',
    { ...plannedRun, state: 'superseded', differences: ['replicas: 5'] },
    /The clusters changed after the plan was approved.*replicas: 5/,
  ],
  ['ended by a bug', { ...plannedRun, state: 'failed', bug: 'This is a bug in pgdist (PGD-099).' }, /This is a bug in pgdist/],
  ['waits for approval', plannedRun, /Nothing is wrong with it: its plan waits for a person/],
])('of a run that %s it is told why', async (_name, run, words) => {
  expect(await explained(run)).toMatch(words);
});

test('a run that nobody works on is told as that', async () => {
  const bench = openBench([{ ...awaiting, state: 'applying' }], { workers: () => ({ kind: 'none', noticedAt: at('14:09') }) });
  expect(plainWords(sourceOf(await bench.runs.explain(clickOf(bob))))).toContain('Nobody works on it. No worker has been heard of yet.');
});

test('a word that names neither a run nor a database is refused', async () => {
  const bench = openBench([]);
  expect(await refusalOf(bench.runs.explain({ ...askerIn(bob), runId: 'postgrse' }))).toContain('There is no run `postgrse`');
});

test('what others said is never markup', async () => {
  const evil = '**bold** `code` {link:https://evil.example|click} <!channel>';
  const [row] = missingStatus.answer!.verdicts.slice(-1);
  if (row === undefined || row.verdict.healthy) throw new Error('the fixture is well');
  const verdict = { ...row.verdict, problem: { ...row.verdict.problem, evidence: [evil] } };
  const told = await explained({ ...missingStatus, answer: { healthy: false, verdicts: [{ ...row, verdict }] } });
  expect(told).toContain(evil);
});
