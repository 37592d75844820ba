import { expect, test } from 'vitest';
import { blocked, change, type Finding, inPlace } from '../../src/domain/finding.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { told } from '../../src/domain/text.ts';
import { guardFirstWrite } from '../../src/execution/first-write.ts';
import type { Execution } from '../../src/execution/execution.ts';
import { PlanMisfitError } from '../../src/execution/execution.ts';

const setting = (value: number): Finding =>
  change([{ cluster: 'tokyo', action: 'change', object: 'ConfigMap a', fields: [{ path: 'data.v', to: value }] }]);

const planOf = (finding: Finding): Plan => ({
  steps: ['a', 'b'].map((id) => ({ id, title: `${id} is there`, stage: 'Test', cluster: 'tokyo', usualMs: 0, finding })),
  digest: '',
  estimateMs: 0,
  worthKnowing: [],
  plannedAt: '',
});

/** A guard on a clock that only the test moves: how long comparing and storing take is said by it. */
const open = ({ now = planOf(setting(1)), compareMs = 0, storeMs = [] }: { now?: Plan; compareMs?: number; storeMs?: readonly number[] } = {}) => {
  const walk = new AbortController();
  const seen = { compared: [] as number[], stored: [] as number[], nowMs: 0 };
  const stores = [...storeMs];
  const execution = {
    deps: { clock: { now: () => new Date(seen.nowMs), monotonicMs: () => seen.nowMs }, redact: <T>(value: T): T => value },
    writer: {
      update: () => undefined,
      flush: () => {
        seen.nowMs += stores.shift() ?? 0;
        seen.stored.push(seen.nowMs);
        return Promise.resolve();
      },
    },
    tools: { signal: walk.signal },
    end: (reason: Error) => walk.abort(reason),
  } as unknown as Execution;
  const mayWrite = guardFirstWrite(execution, {
    comparedMs: 0,
    approved: planOf(setting(1)),
    compare: () => {
      seen.nowMs += compareMs;
      seen.compared.push(seen.nowMs);
      return Promise.resolve(now);
    },
    misfits: (plan) => (JSON.stringify(plan) === JSON.stringify(planOf(setting(1))) ? [] : ['another plan']),
  });
  return { seen, mayWrite };
};

test('what was compared within two seconds is not compared again', async () => {
  const { seen, mayWrite } = open();
  seen.nowMs = 2_000;
  expect(await mayWrite('a', setting(1))).toBe('write');
  expect(seen).toMatchObject({ compared: [], stored: [2_000] });
});

test('what is older is compared again, and the step looks again at its own facts', async () => {
  const { seen, mayWrite } = open({ compareMs: 30_000 });
  seen.nowMs = 2_001;
  expect(await mayWrite('a', setting(1))).toBe('look-again');
  expect(await mayWrite('a', setting(1))).toBe('write');
  expect(seen).toMatchObject({ compared: [32_001], stored: [32_001] });
});

test('it is compared again as long as storing that it fits takes longer than two seconds', async () => {
  const { seen, mayWrite } = open({ storeMs: [2_001, 5_000, 100] });
  expect(await mayWrite('a', setting(1))).toBe('look-again');
  expect(seen).toMatchObject({ compared: [2_001, 7_001], stored: [2_001, 7_001, 7_101] });
});

test('steps that come side by side wait for one comparison, and later ones for none', async () => {
  const { seen, mayWrite } = open();
  seen.nowMs = 10_000;
  expect(await Promise.all([mayWrite('a', setting(1)), mayWrite('b', setting(1))])).toEqual(['look-again', 'look-again']);
  expect(await mayWrite('a', setting(1))).toBe('write');
  expect(await mayWrite('c', setting(7))).toBe('write');
  expect(await mayWrite('b', setting(1))).toBe('write');
  expect(seen.compared).toEqual([10_000]);
});

test('the walk ends before anything is written where the plan does not fit any more', async () => {
  const { seen, mayWrite } = open({ now: planOf(setting(2)) });
  seen.nowMs = 3_000;
  const ended: unknown = await mayWrite('a', setting(1)).catch((error: unknown) => error);
  expect(ended).toBeInstanceOf(PlanMisfitError);
  expect(ended).toMatchObject({ differences: ['another plan'], hasWritten: false });
  await expect(mayWrite('b', setting(1))).rejects.toBe(ended);
});

test('and where what a step finds last is not what was approved', async () => {
  const { mayWrite } = open();
  await expect(mayWrite('a', setting(2))).rejects.toMatchObject({
    differences: ['ConfigMap a on tokyo: data.v is to become 2'],
    hasWritten: false,
  });
});

test('what another step wrote meanwhile is not told as nothing', async () => {
  const { mayWrite } = open();
  expect(await Promise.all([mayWrite('a', setting(1)), mayWrite('b', setting(2)).catch((error: unknown) => error)])).toEqual([
    'write',
    expect.objectContaining({ hasWritten: true }),
  ]);
});

test('a cluster that is silent at the last comparison is told as that, and not as another plan', async () => {
  const silent = { code: 'PGD-001', what: told`tokyo does not answer`, evidence: [], remedy: told`Look at it.` } as const;
  const { seen, mayWrite } = open({ now: planOf(blocked(silent)) });
  seen.nowMs = 3_000;
  await expect(mayWrite('a', inPlace('it is there'))).rejects.toMatchObject({ problems: [silent] });
});
