import { expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { placeIn, rootOf, traceparent } from '../../src/domain/trace.ts';
import type { JobHandlers } from '../../src/ports/job-handlers.ts';
import type { PhaseJob, Queue } from '../../src/ports/queue.ts';
import type { FinishedSpan, Tracing } from '../../src/ports/tracing.ts';
import type { StartRequest, UseCases } from '../../src/ports/use-cases.ts';
import { createTraces } from '../../src/traces/traces.ts';
import { manualClock } from '../support/manual-clock.ts';
import { memoryStore } from '../support/memory-store.ts';
import { queuedRun } from '../support/stored-run.ts';

const tracing = () => {
  const spans: FinishedSpan[] = [];
  let ids = 0;
  const sink: Tracing = { send: (span) => void spans.push(span), newId: () => (++ids).toString(16).padStart(16, '0'), close: async () => undefined };
  return { sink, spans, named: (name: string) => spans.find((span) => span.name === name)! };
};
const queueOf = (jobs: PhaseJob[]): Queue => ({ add: async (job) => void jobs.push(job), report: async () => undefined, has: async () => false });
const nothing: Pick<JobHandlers, 'report' | 'look'> = { report: async () => 'ended', look: async () => 'ended' };
const JOB: PhaseJob = { runId: 'r1', phase: 'plan', attempt: 1 };
const idle = new AbortController().signal;

test('the place of a run is made of its id alone, and a header says it', () => {
  expect(rootOf('r1')).toEqual(rootOf('r1'));
  expect(rootOf('r1').traceId).not.toBe(rootOf('r2').traceId);
  expect(placeIn(traceparent(rootOf('r1')))).toEqual(rootOf('r1'));
});

test.each([
  '',
  'r1',
  `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
  `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
  `01-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
])('%j is no place', (header) => {
  expect(placeIn(header)).toBeUndefined();
});

test('from a command to its phase: the deed is a part of the run, the queueing of the deed, the phase of the queueing', async () => {
  const { sink, named } = tracing();
  const traces = createTraces(sink, manualClock());
  const jobs: PhaseJob[] = [];
  const queue = traces.queue(queueOf(jobs));
  const run = queuedRun('r1');
  const runs = traces.useCases({
    start: async () => {
      await queue.add(JOB);
      return run;
    },
  } as unknown as UseCases);
  await runs.start({ way: 'command' } as StartRequest);
  await traces.handlers({ ...nothing, phase: async () => 'ended' }).phase(jobs[0]!, idle);
  const { traceId, spanId } = rootOf('r1');
  expect(named('start')).toMatchObject({ kind: 'server', parentId: spanId, attributes: { 'pgdist.way': 'command' } });
  expect(named('queue plan')).toMatchObject({ kind: 'producer', parentId: named('start').place.spanId });
  expect(named('plan')).toMatchObject({ kind: 'consumer', parentId: named('queue plan').place.spanId });
  for (const name of ['start', 'queue plan', 'plan']) expect(named(name).place.traceId).toBe(traceId);
});

test.each([
  ['no place', undefined],
  ['a place of another trace', traceparent(rootOf('r2'))],
  ['no header', 'nonsense'],
])('a job with %s is a part of the run itself', async (_, header) => {
  const { sink, named } = tracing();
  const traces = createTraces(sink, manualClock());
  await traces.handlers({ ...nothing, phase: async () => 'hand-back' }).phase({ ...JOB, traceparent: header }, idle);
  expect(named('plan')).toMatchObject({ parentId: rootOf('r1').spanId, attributes: { 'pgdist.job.end': 'hand-back' } });
});

test('what throws is told as a fault, and thrown', async () => {
  const { sink, named } = tracing();
  const traces = createTraces(sink, manualClock());
  const silent: Queue = { ...queueOf([]), add: () => Promise.reject(new Error('no answer')) };
  const failing = traces.queue(silent);
  await expect(failing.add(JOB)).rejects.toThrow('no answer');
  const handlers = traces.handlers({ ...nothing, phase: () => Promise.reject(new Error('Redis is away')) });
  await expect(handlers.phase(JOB, idle)).rejects.toThrow('Redis is away');
  expect(named('queue plan').fault).toContain('no answer');
  expect(named('plan')).toMatchObject({ fault: expect.stringContaining('Redis is away'), attributes: { 'pgdist.job.end': 'failed' } });
});

test('a step that ended in this phase is sent once, one of a phase before is not; the run at its first end', async () => {
  const { sink, spans, named } = tracing();
  const clock = manualClock();
  const traces = createTraces(sink, clock);
  const store = traces.store(memoryStore());
  const at = (ms: number): string => new Date(clock.now().getTime() + ms).toISOString();
  const outcomes: Run['outcomes'] = {
    'kubedb/operator-installed': { state: 'failed', startedAt: at(0), endedAt: at(1_000), attempt: 3, evidence: 'no node takes it' },
    'ocm/hub-initialised': { state: 'done', startedAt: at(-9_000), endedAt: at(-8_000) },
    'ocm/spoke-joined@demo-worker': { state: 'waiting', startedAt: at(0) },
  };
  const phase = async (): Promise<'ended'> => {
    const run = queuedRun('r1', { requestedAt: at(-10_000) });
    await store.create(run, 'k');
    const saved = await store.save({ ...run, state: 'applying', outcomes });
    const ended = await store.save({ ...saved, state: 'failed', endedAt: at(2_000), bug: 'why it failed' });
    await store.save({ ...ended, retries: 1 });
    return 'ended';
  };
  await traces.handlers({ ...nothing, phase }).phase({ ...JOB, phase: 'apply' }, idle);
  expect(spans.map(({ name }) => name)).toEqual(['kubedb/operator-installed', 'run deploy', 'apply']);
  expect(named('kubedb/operator-installed')).toMatchObject({
    parentId: named('apply').place.spanId,
    fault: 'no node takes it',
    attributes: { 'pgdist.step.attempt': 3, 'pgdist.step.state': 'failed', 'pgdist.database': 'postgres' },
  });
  const run = named('run deploy');
  expect(run).toMatchObject({ place: rootOf('r1'), fault: 'why it failed' });
  expect(run.parentId).toBeUndefined();
  expect(run.endedAt.getTime() - run.startedAt.getTime()).toBe(12_000);
});

test('where nothing is traced every port stays as it is', () => {
  const traces = createTraces(undefined, manualClock());
  const [store, queue] = [memoryStore(), queueOf([])];
  expect(traces.store(store)).toBe(store);
  expect(traces.queue(queue)).toBe(queue);
});
