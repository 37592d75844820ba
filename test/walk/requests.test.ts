import { expect, onTestFinished, test } from 'vitest';
import { connectCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { parallel, sequence } from '../../src/domain/procedure.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import { applyWalk } from '../../src/walk/walk-apply.ts';
import { planWalk } from '../../src/walk/walk-plan.ts';
import { verifyWalk } from '../../src/walk/walk-verify.ts';
import type { Step } from '../../src/steps/context.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { faultyApi, type Fault } from '../support/faulty-api.ts';
import { leapingClock } from '../support/leaping-clock.ts';
import { testWalk } from '../support/walk.ts';

/** A walk's tools over the real client and a real connection, on a clock that both share. */
const overTheWire = async () => {
  const api = await faultyApi();
  const clock = leapingClock();
  const cluster = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: api.kubeconfig }), random: () => 0.5, clock: clock.within });
  onTestFinished(() => cluster.close());
  const { tools, progress } = testWalk();
  const held = (client: ClusterClient): ClusterClient => ({
    ...client,
    read: (ref) => clock.during(client.read(ref)),
    list: (query) => clock.during(client.list(query)),
    apply: (manifest) => clock.during(client.apply(manifest)),
    create: (manifest) => clock.during(client.create(manifest)),
  });
  return {
    api,
    clock,
    progress,
    tools: { ...tools, clock, cluster: (_: string, limits: Parameters<typeof cluster.withLimits>[0]) => held(cluster.withLimits(limits)) },
  };
};

const creating: Step = {
  ...configMapStep('a'),
  apply: async ({ cluster }) =>
    void (await cluster('tokyo').create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' } })),
};

type Wire = Awaited<ReturnType<typeof overTheWire>>;
const WALKS = {
  plan: { step: configMapStep('a'), faulty: 'LIST', walk: (step: Step, { tools }: Wire): Promise<unknown> => planWalk(sequence(step), tools) },
  verify: {
    step: configMapStep('a'),
    faulty: 'LIST',
    walk: (step: Step, { tools, progress }: Wire): Promise<unknown> => verifyWalk(sequence(step), tools, progress),
  },
  'the check of an apply': { step: configMapStep('a'), faulty: 'GET', walk: applied },
  'the wait of an apply': { step: configMapStep('a'), faulty: 'LIST', walk: applied },
  'the write of an apply that may be repeated': { step: configMapStep('a'), faulty: 'PATCH', walk: applied },
  'the write of an apply that may not': { step: creating, faulty: 'POST', walk: applied },
} as const;
function applied(step: Step, { tools, progress }: Wire): Promise<unknown> {
  return applyWalk(sequence(step), tools, progress);
}

const BUSY: Fault = { status: 503, reason: 'ServiceUnavailable' };
const THROTTLED: Fault = { status: 429, reason: 'TooManyRequests' };
const FAULTS: Readonly<Record<string, Fault>> = {
  'a reset': 'reset',
  'a 500': { status: 500, reason: 'InternalError' },
  'a 503': BUSY,
  'a 503 with Retry-After': { ...BUSY, retryAfter: '1' },
  'a 429': THROTTLED,
  'a 429 with Retry-After': { ...THROTTLED, retryAfter: '1' },
  'a 429 with a long Retry-After': { ...THROTTLED, retryAfter: '11' },
  'a webhook that is away': { status: 500, reason: 'InternalError', message: 'failed calling webhook "a.b": no endpoints available' },
  'a conflict': { status: 409, reason: 'Conflict', message: 'the object has been modified' },
  'an object made meanwhile': { status: 409, reason: 'AlreadyExists' },
  'a refusal': { status: 422, reason: 'Invalid' },
};

/**
 * One look has the 3 attempts of a call, as far as they fit in its time (10 s, 2.6 s). An apply has those for each attempt of the step, and of the step as
 * many as its back-off (0.4, 0.8, 1.5, 3, then 6 s with this random) leaves in 60 s: 15 where a call ends at once, 12 where it pauses 1.3 s in all, 11 where
 * it waits 2.1 s for two Retry-After. A webhook that is away is not asked again by the call, and for 180 s by the step: 35. The wait for health looks
 * once more at the deadline.
 */
test.each([
  ['plan', 'a reset', 3],
  ['plan', 'a 500', 3],
  ['plan', 'a 503', 3],
  ['plan', 'a 503 with Retry-After', 3],
  ['plan', 'a 429', 3],
  ['plan', 'a 429 with Retry-After', 3],
  ['plan', 'a 429 with a long Retry-After', 1],
  ['verify', 'a reset', 3],
  ['verify', 'a 500', 3],
  ['verify', 'a 503', 3],
  ['verify', 'a 503 with Retry-After', 3],
  ['verify', 'a 429', 3],
  ['verify', 'a 429 with Retry-After', 3],
  ['verify', 'a 429 with a long Retry-After', 1],
  ['the check of an apply', 'a reset', 36],
  ['the check of an apply', 'a 500', 36],
  ['the check of an apply', 'a 503', 36],
  ['the check of an apply', 'a 503 with Retry-After', 33],
  ['the check of an apply', 'a 429', 36],
  ['the check of an apply', 'a 429 with Retry-After', 33],
  ['the check of an apply', 'a 429 with a long Retry-After', 15],
  ['the wait of an apply', 'a reset', 39],
  ['the wait of an apply', 'a 500', 39],
  ['the wait of an apply', 'a 503', 39],
  ['the wait of an apply', 'a 503 with Retry-After', 36],
  ['the wait of an apply', 'a 429', 39],
  ['the wait of an apply', 'a 429 with Retry-After', 36],
  ['the wait of an apply', 'a 429 with a long Retry-After', 16],
  ['the write of an apply that may be repeated', 'a reset', 36],
  ['the write of an apply that may be repeated', 'a 500', 36],
  ['the write of an apply that may be repeated', 'a 503', 36],
  ['the write of an apply that may be repeated', 'a 503 with Retry-After', 33],
  ['the write of an apply that may be repeated', 'a 429', 36],
  ['the write of an apply that may be repeated', 'a 429 with Retry-After', 33],
  ['the write of an apply that may be repeated', 'a 429 with a long Retry-After', 15],
  ['the write of an apply that may not', 'a reset', 15],
  ['the write of an apply that may not', 'a 500', 15],
  ['the write of an apply that may not', 'a 503', 15],
  ['the write of an apply that may not', 'a 503 with Retry-After', 15],
  ['the write of an apply that may not', 'a 429', 36],
  ['the write of an apply that may not', 'a 429 with Retry-After', 33],
  ['the write of an apply that may not', 'a 429 with a long Retry-After', 15],
  // What a call does not repeat, a step tries 5 times; a refusal nobody repeats.
  ['plan', 'a conflict', 5],
  ['plan', 'a refusal', 1],
  ['verify', 'a conflict', 1],
  ['verify', 'a refusal', 1],
  ['the check of an apply', 'a conflict', 5],
  ['the check of an apply', 'a refusal', 1],
  ['the write of an apply that may be repeated', 'a webhook that is away', 35],
  ['the write of an apply that may be repeated', 'a conflict', 5],
  ['the write of an apply that may be repeated', 'a refusal', 1],
  // Its own lost attempt may have made it; a creation says that somebody was first.
  ['the write of an apply that may be repeated', 'an object made meanwhile', 5],
  ['the write of an apply that may not', 'an object made meanwhile', 1],
] as const)('%s that meets nothing but %s sends %i requests', async (walk, fault, count) => {
  const wire = await overTheWire();
  const { step, faulty, walk: start } = WALKS[walk];
  wire.api.faults.when = (request) => request.startsWith(faulty);
  wire.api.faults.fault = FAULTS[fault]!;
  await wire.clock.run(start(step, wire));
  expect(wire.api.arrived.filter((request) => request.startsWith(faulty))).toHaveLength(count);
});

test('a passing fault in any walk is ridden over by the call, and nobody reads of it', async () => {
  for (const { step, faulty, walk } of Object.values(WALKS)) {
    const wire = await overTheWire();
    let left = faulty === 'POST' ? 0 : 2;
    wire.api.faults.fault = BUSY;
    wire.api.faults.when = (request) => request.startsWith(faulty) && (left -= 1) >= 0;
    await wire.clock.run(walk(step, wire));
    expect(wire.progress.outcomes['test/a']?.attempt).toBeUndefined();
    expect(left).toBeLessThan(0);
  }
});

test('a plan of many steps has at most eight requests under way in a cluster', async () => {
  const { api, tools, clock } = await overTheWire();
  const steps = Array.from({ length: 40 }, (_, index) => configMapStep(`s${index}`));
  await clock.run(planWalk(parallel(...steps), tools));
  expect(api.arrived).toHaveLength(40);
  expect(api.mostAtOnce()).toBeLessThanOrEqual(8);
});
