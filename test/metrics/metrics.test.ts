import { expect, test } from 'vitest';
import { createMetrics } from '../../src/metrics/metrics.ts';
import type { Run } from '../../src/domain/run.ts';
import type { ReplicationTable } from '../../src/domain/replication.ts';
import { ClusterRefusedError, ClusterUnreachableError } from '../../src/ports/cluster-errors.ts';
import { LeaseLostError, type WorkerLease } from '../../src/ports/lease.ts';
import { memoryStore } from '../support/memory-store.ts';
import { queuedRun } from '../support/stored-run.ts';

const COUNTERS = ['pgdist_runs_ended_total', 'pgdist_cluster_request_failures_total', 'pgdist_slack_requests_total', 'pgdist_leases_lost_total'];

const counting = () => {
  const metrics = createMetrics({ process: 'worker', fleets: ['demo'] });
  /** Lines of a metric, without its help. */
  const lines = async (name: string): Promise<string[]> =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return { metrics, lines };
};

test('an end of a run is counted once, with what its steps took; those that were in place and those of a going before are not', async () => {
  const { metrics, lines } = counting();
  const store = metrics.store(memoryStore());
  const run: Run = queuedRun('r1', { startedAt: '2026-11-22T14:00:00.000Z' });
  await store.create(run, 'k');
  const outcomes: Run['outcomes'] = {
    'ocm/spoke-joined@tokyo': { state: 'done', startedAt: '2026-11-22T14:00:01.000Z', endedAt: '2026-11-22T14:00:04.000Z' },
    'ocm/hub-initialised': { state: 'in-place', startedAt: '2026-11-22T14:00:01.000Z', endedAt: '2026-11-22T14:00:02.000Z' },
    'kubedb/licence-valid': { state: 'done', startedAt: '2026-11-22T13:00:01.000Z', endedAt: '2026-11-22T13:00:02.000Z' },
  };
  const failed = await store.save({ ...run, state: 'failed', outcomes });
  await store.save({ ...failed, bug: 'told later' });
  const ends = await lines('pgdist_runs_ended_total');
  expect(ends.filter((line) => !line.endsWith(' 0'))).toEqual([
    'pgdist_runs_ended_total{fleet="demo",kind="deploy",state="failed",process="worker"} 1',
  ]);
  expect(await lines('pgdist_step_duration_seconds_sum')).toEqual([
    'pgdist_step_duration_seconds_sum{process="worker",fleet="demo",step="ocm/spoke-joined"} 3',
  ]);
});

test('every counter stands at 0 before there is something to count, so that the first of it is seen as an increase', async () => {
  const { metrics, lines } = counting();
  const store = metrics.store(memoryStore());
  await metrics.leases({ take: async () => undefined }).take('run:r1');
  const budget = metrics.budget({ take: async () => 0, settle: async () => undefined });
  await budget.settle({ key: 'users.info', most: 4, windowMs: 5_000 }, { kind: 'answered' });
  metrics.callsOf('demo')({ cluster: 'tokyo', kind: 'read', tookMs: 250, error: undefined });
  const before = new Map(await Promise.all(COUNTERS.map(async (name): Promise<[string, string[]]> => [name, await lines(name)])));
  expect(before.get('pgdist_runs_ended_total')).toContain('pgdist_runs_ended_total{fleet="demo",kind="deploy",state="failed",process="worker"} 0');
  expect(before.get('pgdist_cluster_request_failures_total')).toHaveLength(2);
  expect(before.get('pgdist_slack_requests_total')).toHaveLength(3);
  expect(before.get('pgdist_leases_lost_total')).toEqual(['pgdist_leases_lost_total{what="run",process="worker"} 0']);
  const counters = [...(await metrics.text()).matchAll(/^# TYPE (pgdist_\w+) counter$/gm)].map(([, name = '']) => name);
  expect(counters.toSorted()).toEqual([...COUNTERS].toSorted());
  expect(store).toBeDefined();
});

test('a lease that is lost is counted by what it was for, one that is released is not', async () => {
  const { metrics, lines } = counting();
  const held = new AbortController();
  const lease: WorkerLease = { epoch: 1, signal: held.signal, leftMs: () => 1, assertHeld: () => undefined, release: async () => undefined };
  const leases = metrics.leases({ take: async () => lease });
  await (await leases.take('report:r1'))?.release();
  await leases.take('run:r1');
  held.abort(new LeaseLostError('lost'));
  expect(await lines('pgdist_leases_lost_total')).toEqual(
    expect.arrayContaining(['pgdist_leases_lost_total{what="run",process="worker"} 1', 'pgdist_leases_lost_total{what="report",process="worker"} 1']),
  );
});

test('calls of Slack are counted by method and outcome, and no channel is a label', async () => {
  const { metrics, lines } = counting();
  const budget = metrics.budget({ take: async () => 0, settle: async () => undefined });
  const post = { key: 'chat.postMessage C0DATABASES', most: 4, windowMs: 5_000 };
  await budget.settle(post, { kind: 'answered' });
  await budget.settle(post, { kind: 'rate-limited', retryAfterMs: 1_000 });
  expect(await lines('pgdist_slack_requests_total')).toEqual([
    'pgdist_slack_requests_total{method="chat.postMessage",outcome="answered",process="worker"} 1',
    'pgdist_slack_requests_total{method="chat.postMessage",outcome="rate-limited",process="worker"} 1',
    'pgdist_slack_requests_total{method="chat.postMessage",outcome="unknown",process="worker"} 0',
  ]);
});

test('calls of a cluster are timed by kind, and counted where they say something of the cluster', async () => {
  const { metrics, lines } = counting();
  const refused = (code: number) => new ClusterRefusedError('tokyo', 'asking the version', { code, reason: 'Some', message: 'no' });
  const errors = [new ClusterUnreachableError('tokyo', 'asking the version', 'silent'), refused(401), refused(422), new Error('conflict'), undefined];
  for (const error of errors) metrics.callsOf('demo')({ cluster: 'tokyo', kind: 'read', tookMs: 250, error });
  expect(await lines('pgdist_cluster_request_failures_total')).toEqual([
    'pgdist_cluster_request_failures_total{fleet="demo",cluster="tokyo",reason="unreachable",process="worker"} 1',
    'pgdist_cluster_request_failures_total{fleet="demo",cluster="tokyo",reason="refused",process="worker"} 1',
  ]);
  expect(await lines('pgdist_cluster_request_duration_seconds_sum')).toEqual([
    'pgdist_cluster_request_duration_seconds_sum{process="worker",fleet="demo",cluster="tokyo",kind="read"} 1.25',
  ]);
});

test('of a database the last verdict, its instant and the lag of each standby are kept; of a pod that is not heard any more nothing is', async () => {
  const { metrics, lines } = counting();
  const row = { cluster: 'osaka', role: 'standby', state: 'streaming' } as const;
  const table = { rows: [{ ...row, pod: 'postgres-1', lagBytes: 4096 }] } as unknown as ReplicationTable;
  const seen = { fleet: 'demo', database: 'postgres', at: '2026-11-22T14:00:00.000Z' };
  metrics.observe({ ...seen, healthy: true, replication: table });
  const of = 'fleet="demo",database="postgres"';
  expect(await lines('pgdist_database_healthy')).toEqual([`pgdist_database_healthy{${of},process="worker"} 1`]);
  expect(await lines('pgdist_database_last_verdict_timestamp_seconds')).toEqual([
    `pgdist_database_last_verdict_timestamp_seconds{${of},process="worker"} ${Date.parse(seen.at) / 1000}`,
  ]);
  expect(await lines('pgdist_replication_lag_bytes')).toEqual([
    `pgdist_replication_lag_bytes{${of},cluster="osaka",pod="postgres-1",process="worker"} 4096`,
  ]);
  metrics.observe({ ...seen, healthy: false });
  expect(await lines('pgdist_database_healthy')).toEqual([`pgdist_database_healthy{${of},process="worker"} 0`]);
  expect(await lines('pgdist_replication_lag_bytes')).toEqual([]);
});

test('what ends is counted as it was found last, and what was not found then is forgotten', async () => {
  const { metrics, lines } = counting();
  const at = new Date('2026-11-22T15:00:00.000Z');
  const licence = { key: 'licence', cluster: 'tokyo', notAfter: new Date('2026-12-22T15:00:00.000Z') };
  metrics.observeEnds('demo', [licence, { ...licence, key: 'client-certificate-osaka', cluster: 'osaka' }], at);
  expect(await lines('pgdist_expiry_timestamp_seconds')).toEqual([
    'pgdist_expiry_timestamp_seconds{fleet="demo",cluster="tokyo",what="licence",process="worker"} 1797951600',
    'pgdist_expiry_timestamp_seconds{fleet="demo",cluster="osaka",what="client-certificate-osaka",process="worker"} 1797951600',
  ]);
  expect(await lines('pgdist_expiry_last_look_timestamp_seconds')).toEqual([
    'pgdist_expiry_last_look_timestamp_seconds{fleet="demo",process="worker"} 1795359600',
  ]);
  metrics.observeEnds('demo', [licence], at);
  expect(await lines('pgdist_expiry_timestamp_seconds')).toHaveLength(1);
});

test('what stands in Redis is asked at each scrape, and left out while Redis does not answer', async () => {
  const { metrics, lines } = counting();
  let isAway = false;
  const answer = async <T>(value: T): Promise<T> => (isAway ? Promise.reject(new Error('away')) : value);
  metrics.stand({
    store: {
      live: () =>
        answer([
          queuedRun('r1'),
          queuedRun('r2'),
          queuedRun('r3', { state: 'applying', outcomes: { a: { state: 'waiting', startedAt: '2026-11-22T14:30:00.000Z' } } }),
        ]),
    },
    beats: { heard: () => answer({ alive: true }) },
    oldest: () => answer([{ queue: 'apply', waitsMs: 1_500 }]),
    faults: () => answer(['Redis is slow']),
    clock: { now: () => new Date('2026-11-22T15:00:00.000Z') },
  });
  expect(await lines('pgdist_runs')).toEqual([
    'pgdist_runs{fleet="demo",kind="deploy",state="queued",process="worker"} 2',
    'pgdist_runs{fleet="demo",kind="deploy",state="applying",process="worker"} 1',
  ]);
  expect(await lines('pgdist_queue_oldest_job_age_seconds')).toContain(
    'pgdist_queue_oldest_job_age_seconds{queue="apply",fleet="demo",process="worker"} 1.5',
  );
  expect(await lines('pgdist_queue_oldest_job_age_seconds')).toContain(
    'pgdist_queue_oldest_job_age_seconds{queue="look",fleet="demo",process="worker"} 0',
  );
  expect(await lines('pgdist_run_idle_seconds')).toContain(
    'pgdist_run_idle_seconds{fleet="demo",kind="deploy",state="applying",process="worker"} 1800',
  );
  expect(await lines('pgdist_workers_alive')).toEqual(['pgdist_workers_alive{process="worker"} 1']);
  expect(await lines('pgdist_ready')).toEqual(['pgdist_ready{process="worker"} 0']);
  isAway = true;
  for (const name of ['pgdist_runs', 'pgdist_queue_oldest_job_age_seconds', 'pgdist_workers_alive', 'pgdist_ready'])
    expect(await lines(name)).toEqual([]);
});
