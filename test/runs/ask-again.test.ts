import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { plainText } from '../../src/domain/text.ts';
import { alice, awaiting, bob, clickOf, openBench, refusalOf, type UseCaseBench } from './bench.ts';

const ended = (changes: Partial<Run>): Run => ({ ...awaiting, state: 'succeeded', endedAt: '2026-11-22T14:04:00.000Z', ...changes });

test.each([
  ['ask-again', ended({ kind: 'status' }), { kind: 'status' }, 'Asking `status postgres`'],
  ['ask-again', ended({ kind: 'status', private: true }), { kind: 'status', private: true }, 'the answer comes to you alone'],
  ['ask-again', ended({ kind: 'verify' }), { kind: 'verify' }, 'Verifying `verify postgres`'],
  ['verify-now', ended({ kind: 'status', private: true }), { kind: 'verify' }, 'Verifying `verify postgres`'],
  ['verify-now', ended({ kind: 'deploy' }), { kind: 'verify' }, 'Verifying `verify postgres`'],
  ['ask-again', ended({ kind: 'verify', explains: true }), { kind: 'verify', explains: true }, 'Verifying `verify postgres`'],
  ['plan-repair', ended({ kind: 'status', private: true }), { kind: 'deploy' }, 'Planning `deploy postgres`'],
  ['plan-repair', ended({ kind: 'verify', state: 'failed' }), { kind: 'deploy' }, 'Planning `deploy postgres`'],
] as const)('%s on such a run starts the same question as a run of the clicker', async (deed, about, started, told) => {
  const bench = openBench([about]);
  expect(await bench.runs.askAgain({ ...clickOf(bob, about), deed, idempotencyKey: 'k', responseUrl: 'https://hooks.example/1' })).toContain(told);
  const newest = (await bench.store.list(5)).find(({ id }) => id !== 'r1');
  expect(newest).toMatchObject({ ...started, requestedBy: bob, responseUrl: 'https://hooks.example/1', thread: { channel: 'C0DB' } });
  expect(newest?.private).toBe('private' in started ? true : undefined);
  expect(bench.store.entries).toMatchObject([{ outcome: 'asked' }, { deed, run: 'r1', started: newest?.id, outcome: 'done' }]);
});

test('a click that is delivered twice asks once', async () => {
  const bench = openBench([ended({ kind: 'status' })]);
  const question = { ...clickOf(alice), deed: 'ask-again', idempotencyKey: 'k' } as const;
  expect(await bench.runs.askAgain(question)).toBe(await bench.runs.askAgain(question));
  expect(await bench.store.list(5)).toHaveLength(2);
});

test('before the run has ended there is nothing to ask again', async () => {
  const bench = openBench([ended({ kind: 'verify', state: 'verifying' })]);
  expect(await refusalOf(bench.runs.askAgain({ ...clickOf(alice), deed: 'ask-again', idempotencyKey: 'k' }))).toContain(
    'Its answer is not there yet',
  );
});

describe('a second press while the first look is under way', () => {
  const about = ended({ kind: 'status' });
  const press = (bench: UseCaseBench, key: string, by = alice, deed: 'ask-again' | 'verify-now' = 'ask-again') =>
    bench.runs.askAgain({ ...clickOf(by, about), deed, idempotencyKey: key });
  const looks = async (bench: UseCaseBench) => (await bench.store.list(9)).filter(({ id }) => id !== 'r1').map(({ kind }) => kind);

  test('starts none, and its person is told of the first', async () => {
    const bench = openBench([about]);
    await press(bench, 'k1');
    expect(await press(bench, 'k2')).toContain('Already looking: `status postgres` that you asked for is under way as run `rnew1`');
    expect(await looks(bench)).toEqual(['status']);
  });

  test('starts none where both come in one moment', async () => {
    const bench = openBench([about]);
    const told = await Promise.all(['k1', 'k2', 'k3'].map((key) => press(bench, key)));
    expect(told.filter((text) => plainText(text).includes('Already looking'))).toHaveLength(2);
    expect(await looks(bench)).toEqual(['status']);
  });

  test('is a look of its own by another person, of another kind, and after the first has ended', async () => {
    const bench = openBench([about]);
    await press(bench, 'k1');
    await press(bench, 'k2', bob);
    await press(bench, 'k3', alice, 'verify-now');
    for (const run of await bench.store.live()) await bench.store.save({ ...run, state: 'succeeded', endedAt: awaiting.requestedAt });
    await press(bench, 'k4');
    expect((await looks(bench)).toSorted()).toEqual(['status', 'status', 'status', 'verify']);
  });
});
