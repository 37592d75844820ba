/** What Prometheus scraped, a sample a minute, in the notation of promtool ('0x20': 0 for 21 minutes; '_': nothing). */
export type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly fires: {
    readonly series: Series;
    /** Minute at which it is looked at; it fires then, and did not at `notYet`. */
    readonly at: number;
    readonly notYet?: number;
    /** Besides alertname and severity. */
    readonly labels: Readonly<Record<string, string>>;
    readonly summary: string;
  };
  /** By what is the case in each: nothing may fire in an hour. */
  readonly quiet: Readonly<Record<string, Series>>;
}

const DATABASE = 'fleet="demo",database="postgres"';
const healthy = (instance: string): string => `pgdist_database_healthy{${DATABASE},instance="${instance}",process="worker"}`;
const verdictAt = (instance: string): string => `pgdist_database_last_verdict_timestamp_seconds{${DATABASE},instance="${instance}",process="worker"}`;
const lag = (instance: string): string =>
  `pgdist_replication_lag_bytes{${DATABASE},cluster="demo-worker",pod="postgres-1",instance="${instance}",process="worker"}`;
const requests = (outcome: string): string => `pgdist_slack_requests_total{method="chat.update",outcome="${outcome}",process="worker",instance="a"}`;
const failures = (reason: string): string =>
  `pgdist_cluster_request_failures_total{fleet="demo",cluster="demo-worker",reason="${reason}",process="worker",instance="a"}`;
const ended = (kind: string, state: string): string =>
  `pgdist_runs_ended_total{fleet="demo",kind="${kind}",state="${state}",process="worker",instance="a"}`;
const idle = (kind: string, state: string): string =>
  `pgdist_run_idle_seconds{fleet="demo",kind="${kind}",state="${state}",process="bot",instance="a"}`;
const endsAt = (what: string, instance: string): string =>
  `pgdist_expiry_timestamp_seconds{fleet="demo",cluster="demo-worker",what="${what}",instance="${instance}",process="worker"}`;
const endsLook = (instance: string): string => `pgdist_expiry_last_look_timestamp_seconds{fleet="demo",instance="${instance}",process="worker"}`;
/** Two workers that look in turn, every two minutes each. */
const IN_TURN = {
  [verdictAt('a')]: Array.from({ length: 61 }, (_, minute) => (minute - (minute % 2)) * 60).join(' '),
  [verdictAt('b')]: Array.from({ length: 61 }, (_, minute) => (minute - ((minute + 1) % 2)) * 60).join(' '),
};

/** The same series of another fleet, whose clusters and databases have the same names. */
const ofOther = (series: string): string => series.replace('fleet="demo"', 'fleet="other"');
/** Another fleet in which all is well, seen by the same workers. */
const ELSEWHERE = {
  [ofOther(healthy('a'))]: '1x60',
  [ofOther(verdictAt('a'))]: '0+60x60',
  [ofOther(lag('a'))]: '0x60',
};

/** For each alert when it fires, and near cases in which it does not. */
export const CASES: Readonly<Record<string, AlertCase>> = {
  PgdistNotRunning: {
    fires: {
      series: { 'up{job="other"}': '1x60' },
      at: 6,
      notYet: 4,
      labels: {},
      summary: 'Neither a bot nor a worker of pgdist is scraped',
    },
    quiet: {
      'a process that has not all that it needs': { 'pgdist_ready{process="bot"}': '0x60' },
      'a scrape that is missed twice': { 'pgdist_ready{process="worker"}': '1x20 _ _ 1x40' },
    },
  },
  PgdistNoWorker: {
    fires: {
      series: { 'pgdist_workers_alive{process="bot",instance="a"}': '1x5 0x60', 'pgdist_workers_alive{process="bot",instance="b"}': '1x5 0x60' },
      at: 8,
      notYet: 6,
      labels: {},
      summary: 'No worker of pgdist is alive',
    },
    quiet: {
      'a bot that has not heard yet of the worker that another heard of': {
        'pgdist_workers_alive{process="bot",instance="a"}': '0x60',
        'pgdist_workers_alive{process="bot",instance="b"}': '1x60',
      },
      'a Redis that does not answer': { 'pgdist_ready{process="bot"}': '0x60' },
    },
  },
  PgdistNotReady: {
    fires: {
      series: { 'pgdist_ready{process="bot",instance="a"}': '0x60', 'pgdist_ready{process="worker",instance="b"}': '1x60' },
      at: 6,
      notYet: 4,
      labels: { process: 'bot' },
      summary: 'pgdist (bot) is not ready',
    },
    quiet: {
      'one of two that is not': { 'pgdist_ready{process="bot",instance="a"}': '0x60', 'pgdist_ready{process="bot",instance="b"}': '1x60' },
      'a start': { 'pgdist_ready{process="bot",instance="a"}': '0x4 1x60' },
    },
  },
  PgdistQueueWaits: {
    fires: {
      series: {
        'pgdist_queue_oldest_job_age_seconds{queue="apply",fleet="us",process="bot"}': '0+60x60',
        'pgdist_queue_oldest_job_age_seconds{queue="apply",fleet="eu",process="bot"}': '0x60',
      },
      at: 6,
      notYet: 4,
      labels: { queue: 'apply', fleet: 'us' },
      summary: 'A job of queue apply of fleet us waits for 6m 0s',
    },
    quiet: { 'jobs that wait for two minutes and are taken': { 'pgdist_queue_oldest_job_age_seconds{queue="report"}': '0 60 120 0 60 120 0x50' } },
  },
  PgdistDatabaseUnhealthy: {
    fires: {
      series: { ...IN_TURN, ...ELSEWHERE, [healthy('a')]: '0x60', [healthy('b')]: '0x60' },
      at: 12,
      notYet: 8,
      labels: { fleet: 'demo', database: 'postgres' },
      summary: 'Database postgres of fleet demo needs a look',
    },
    quiet: {
      'a worker that saw it ill before another saw it well': {
        [healthy('a')]: '0x60',
        [verdictAt('a')]: '0x60',
        [healthy('b')]: '1x60',
        [verdictAt('b')]: '0+60x60',
      },
      'nine minutes of it': { [healthy('a')]: '0x9 1x50', [verdictAt('a')]: '0+60x60' },
    },
  },
  PgdistVerdictOld: {
    fires: {
      series: { ...ELSEWHERE, [verdictAt('a')]: '0x60' },
      at: 36,
      notYet: 34,
      labels: { fleet: 'demo', database: 'postgres' },
      summary: 'Nobody has looked at postgres of fleet demo for 36m 0s',
    },
    quiet: { 'one worker that does not look any more and one that does': { [verdictAt('a')]: '0x60', [verdictAt('b')]: '0+60x60' } },
  },
  PgdistReplicationLag: {
    fires: {
      series: { ...IN_TURN, ...ELSEWHERE, [lag('a')]: '134217728x60', [lag('b')]: '134217728x60' },
      at: 17,
      notYet: 13,
      labels: { fleet: 'demo', database: 'postgres', cluster: 'demo-worker', pod: 'postgres-1' },
      summary: 'Standby postgres-1 of postgres of fleet demo is 128MiB behind',
    },
    quiet: {
      'lag that a worker saw long ago': { [lag('a')]: '134217728x60', [verdictAt('a')]: '0x60', [lag('b')]: '0x60', [verdictAt('b')]: '0+60x60' },
      'what a standby catches up in ten minutes': { [lag('a')]: '134217728x10 0x50', [verdictAt('a')]: '0+60x60' },
    },
  },
  PgdistLeasesLost: {
    fires: {
      series: { 'pgdist_leases_lost_total{what="run",process="worker",instance="a"}': '0x5 1 2 3 4 5x40' },
      at: 11,
      notYet: 6,
      labels: { what: 'run' },
      summary: 'Workers lose leases of kind run',
    },
    quiet: { 'a lease that is lost now and then': { 'pgdist_leases_lost_total{what="run",process="worker",instance="a"}': '0x15 1x15 2x15 3x15' } },
  },
  PgdistSlackRateLimited: {
    fires: {
      series: { [requests('rate-limited')]: '0+12x60' },
      at: 17,
      notYet: 8,
      labels: { method: 'chat.update' },
      summary: "Slack limits pgdist's calls of chat.update",
    },
    quiet: { 'a burst of thirty': { [requests('rate-limited')]: '0x5 30x55' } },
  },
  PgdistSlackSilent: {
    fires: {
      series: { [requests('unknown')]: '0+4x60', [requests('answered')]: '7x60' },
      at: 14,
      notYet: 6,
      labels: {},
      summary: 'Slack does not answer pgdist',
    },
    quiet: {
      'a Slack that answers now and then': { [requests('unknown')]: '0+4x60', [requests('answered')]: '0+1x60' },
      'nothing to tell Slack': { [requests('unknown')]: '0x60', [requests('answered')]: '7x60' },
    },
  },
  PgdistClusterUnreachable: {
    fires: {
      series: { [failures('unreachable')]: '0+1x60', [ofOther(failures('unreachable'))]: '0x60' },
      at: 14,
      notYet: 7,
      labels: { fleet: 'demo', cluster: 'demo-worker' },
      summary: 'Cluster demo-worker of fleet demo does not answer pgdist',
    },
    quiet: { 'a call in five minutes that is not answered': { [failures('unreachable')]: '0x5 1x5 2x5 3x5 4x5 5x5' } },
  },
  PgdistClusterRefused: {
    fires: {
      series: { [failures('refused')]: '0+1x60', [ofOther(failures('refused'))]: '0x60' },
      at: 14,
      notYet: 7,
      labels: { fleet: 'demo', cluster: 'demo-worker' },
      summary: "Cluster demo-worker of fleet demo refuses pgdist's credentials",
    },
    quiet: { 'a cluster that does not answer': { [failures('refused')]: '0x60', [failures('unreachable')]: '0+0.1x60' } },
  },
  PgdistDeployFailed: {
    fires: {
      series: { [ended('deploy', 'failed')]: '0x5 1x60', [ofOther(ended('deploy', 'failed'))]: '0x60' },
      at: 7,
      notYet: 4,
      labels: { fleet: 'demo' },
      summary: 'A deploy of fleet demo failed',
    },
    quiet: {
      'deploys that succeed and looks that fail': { [ended('deploy', 'succeeded')]: '0+1x60', [ended('status', 'failed')]: '0+1x60' },
      'a deploy that failed before the process was scraped first': { [ended('deploy', 'failed')]: '1x60' },
    },
  },
  PgdistRunStuck: {
    fires: {
      series: { [idle('deploy', 'applying')]: '0+60x60', [ofOther(idle('deploy', 'applying'))]: '0x60' },
      at: 37,
      notYet: 33,
      labels: { fleet: 'demo', kind: 'deploy', state: 'applying' },
      summary: 'A deploy of fleet demo has been applying for 37m 0s without a step',
    },
    quiet: {
      'a plan that waits for its approval, and a run that waits for another': {
        [idle('deploy', 'awaiting-approval')]: '0+60x60',
        [idle('deploy', 'queued')]: '0+60x60',
      },
      'a step each twenty minutes': { [idle('deploy', 'applying')]: '0+60x20 0+60x20 0+60x19' },
    },
  },
  PgdistEnds: {
    fires: {
      series: {
        [endsAt('licence', 'a')]: '601200x60',
        [endsLook('a')]: '0x60',
        [ofOther(endsAt('licence', 'a'))]: '9999999x60',
        [ofOther(endsLook('a'))]: '0x60',
      },
      at: 6,
      notYet: 4,
      labels: { fleet: 'demo', cluster: 'demo-worker', what: 'licence' },
      summary: 'licence of cluster demo-worker of fleet demo ends in 6d 22h 54m 0s',
    },
    quiet: {
      'one that ends in a month': { [endsAt('licence', 'a')]: '2592000x60', [endsLook('a')]: '0x60' },
      'one that was renewed, as another worker saw since': {
        [endsAt('licence', 'a')]: '1000x60',
        [endsLook('a')]: '0x60',
        [endsAt('licence', 'b')]: '9999999x60',
        [endsLook('b')]: '1x60',
      },
    },
  },
};
