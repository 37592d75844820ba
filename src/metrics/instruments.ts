import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * What is counted where it happens. Names are part of dashboards and alerts: docs/metrics.md, held by a test. A counter stands at 0 before it counts:
 * Prometheus' increase() does not see the first of one that begins at 1.
 */
export const instrumentsIn = (register: Registry) => {
  const counter = (name: string, help: string, labelNames: readonly string[]): Counter =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [register] });
  const gauge = (name: string, help: string, labelNames: readonly string[]): Gauge =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [register] });
  const histogram = (name: string, help: string, labelNames: readonly string[], buckets: readonly number[]): Histogram =>
    new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [register] });
  return {
    runsEnded: counter('pgdist_runs_ended_total', 'Runs that came to an end, by fleet, kind and the state of their end', ['fleet', 'kind', 'state']),
    stepSeconds: histogram(
      'pgdist_step_duration_seconds',
      'What a step of a deploy took that was not in place, by fleet and step',
      ['fleet', 'step'],
      STEP_SECONDS,
    ),
    leasesLost: counter('pgdist_leases_lost_total', 'Leases that were lost while they were held, by what they were for', ['what']),
    slackRequests: counter('pgdist_slack_requests_total', 'Calls of the Web API, by method and outcome (answered, rate-limited, unknown)', [
      'method',
      'outcome',
    ]),
    clusterSeconds: histogram(
      'pgdist_cluster_request_duration_seconds',
      'Calls of API servers, by fleet, cluster and kind of call',
      ['fleet', 'cluster', 'kind'],
      CALL_SECONDS,
    ),
    clusterFailures: counter('pgdist_cluster_request_failures_total', 'Calls of API servers that failed, by fleet, cluster and reason', [
      'fleet',
      'cluster',
      'reason',
    ]),
    healthy: gauge('pgdist_database_healthy', 'Whether the last look of this process found the database healthy', ['fleet', 'database']),
    lookedAt: gauge('pgdist_database_last_verdict_timestamp_seconds', 'When this process looked at the database last', ['fleet', 'database']),
    lagBytes: gauge('pgdist_replication_lag_bytes', 'How far a standby was behind at that look', ['fleet', 'database', 'cluster', 'pod']),
    endsAt: gauge('pgdist_expiry_timestamp_seconds', 'When a licence, a certificate or keys of a fleet end', ['fleet', 'cluster', 'what']),
    endsLookedAt: gauge('pgdist_expiry_last_look_timestamp_seconds', 'When this process looked last for what ends', ['fleet']),
  };
};

export type Instruments = ReturnType<typeof instrumentsIn>;

/** Seconds: from what is written at once to the longest wait of a step. */
const STEP_SECONDS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800] as const;
const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const;
