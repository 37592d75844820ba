import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pgdistProcess, type PgdistProcess } from '../../playground/processes.ts';
import type { Measure } from '../bench.ts';
import { openLab, type Lab } from '../lab.ts';
import { percentile, told } from '../numbers.ts';
import { isWrite, record, type RecordedRequest } from '../recorder.ts';
import { atMost, type Row } from '../row.ts';

const SAMPLES = 8;
/** Nothing here depends on how fast the clusters are. */
const SPEED = 4;
const CRASH_LIMIT_MS = 2_000;
const HAND_BACK_LIMIT_MS = 1_000;
const PATIENCE_MS = 20_000;

/** Milliseconds from the worker's end to what the other one did. */
interface Taken {
  readonly requestMs: number;
  /** Its first write or watch, as it only reads while it passes over what is in place. */
  readonly stepMs: number;
}

export const crash: Measure = ({ redisUrl }) =>
  deployUnder(redisUrl, 'SIGKILL', (took) => ({
    what: 'kill -9 of the worker to the next request of another, p95',
    aim: '< 2 s',
    limit: CRASH_LIMIT_MS,
    note: `${took.length} kills within one deploy, which succeeded; a second worker stands by. A dead worker's lease ends after 1.5 s at most, and is looked at when it does. To its next step: ${p95(took, 'stepMs')}.`,
  }));

export const stop: Measure = ({ redisUrl }) =>
  deployUnder(redisUrl, 'SIGTERM', (took) => ({
    what: 'SIGTERM of the worker to the next request of another, p95',
    aim: '< 1 s',
    limit: HAND_BACK_LIMIT_MS,
    note: `${took.length} times within one deploy, which succeeded. An installer under way gets 30 s to end by itself, and counts. To its next step: ${p95(took, 'stepMs')}.`,
  }));

const p95 = (took: readonly Taken[], what: keyof Taken): string =>
  told(
    percentile(
      took.map((one) => one[what]),
      95,
    ),
  );

/** Two workers; the one at work is ended again and again during one deploy, which has to succeed in the end. */
const deployUnder = async (
  redisUrl: string,
  signal: 'SIGKILL' | 'SIGTERM',
  rowOf: (took: readonly Taken[]) => { readonly what: string; readonly aim: string; readonly limit: number; readonly note: string },
): Promise<readonly Row[]> => {
  const lab = await openLab({ clusters: 2, speed: SPEED, redisUrl });
  const second = pgdistProcess('worker', 'worker.ts', lab.environment, join(lab.folder, 'worker-2.log'));
  const workers = [
    { process: lab.worker, log: join(lab.folder, 'worker.log') },
    { process: second, log: join(lab.folder, 'worker-2.log') },
  ];
  try {
    await second.start();
    await lab.play('alice: /pgdist deploy postgres\nwait waiting for approval 60\nbob: approve\nwait applying 20');
    const took: Taken[] = [];
    while (took.length < SAMPLES && (await lab.newest()).state === 'applying') {
      const sample = await endAndFollow(lab, workers, signal);
      if (sample !== undefined) took.push(sample);
    }
    await lab.play('wait succeeded 200');
    const requests = took.map(({ requestMs }) => requestMs);
    return [atMost({ ...rowOf(took), value: percentile(requests, 95), show: (value) => `${told(value)} (p50 ${told(percentile(requests, 50))})` })];
  } finally {
    await second.stop();
    await lab.close();
  }
};

interface Worker {
  readonly process: PgdistProcess;
  readonly log: string;
}

/** Undefined when the deploy ended before another worker was needed. */
const endAndFollow = async (lab: Lab, workers: readonly Worker[], signal: 'SIGKILL' | 'SIGTERM'): Promise<Taken | undefined> => {
  const active = await activeOf(workers);
  const recording = record(lab.fleet);
  const askedMs = Date.now();
  // What it still does until it is gone is its own, not the other's.
  const gone = signal === 'SIGKILL' ? active.process.kill() : active.process.stop(GRACE_MS);
  await gone;
  const goneMs = Date.now();
  const stepMs = await firstStep(recording.requests, goneMs, lab);
  const requestMs = recording.requests.find(({ atMs, userAgent }) => atMs >= goneMs && userAgent.startsWith('pgdist'))?.atMs;
  recording.stop();
  await active.process.start();
  return stepMs === undefined || requestMs === undefined ? undefined : { requestMs: requestMs - askedMs, stepMs: stepMs - askedMs };
};

const GRACE_MS = 50_000;

const firstStep = async (requests: readonly RecordedRequest[], afterMs: number, lab: Lab): Promise<number | undefined> => {
  const endMs = Date.now() + PATIENCE_MS;
  for (let position = 0; ;) {
    for (; position < requests.length; position += 1) {
      const request = requests[position];
      if (request !== undefined && request.atMs > afterMs && isAtStep(request)) return request.atMs;
    }
    if ((await lab.newest()).state !== 'applying') return undefined;
    if (Date.now() > endMs) throw new Error(`no worker went on within ${PATIENCE_MS / 1000} s`);
    await delay(20);
  }
};

/** A walk that resumes reads only, and its dry runs change nothing, until it comes to the first step that is not as wanted. */
const isAtStep = (request: RecordedRequest): boolean =>
  /^(pgdist|Helm|clusteradm)/.test(request.userAgent) && (request.query.has('watch') || isWrite(request));

/** The worker that began the newest phase, by the workers' own logs. */
const activeOf = async (workers: readonly Worker[]): Promise<Worker> => {
  const begun = await Promise.all(
    workers.map(async (worker) => {
      const lines = (await readFile(worker.log, 'utf8')).split('\n').filter((line) => line.includes('"phase started"'));
      const { time } = JSON.parse(lines.at(-1) ?? '{"time":0}') as { time: number | string };
      return { worker, atMs: new Date(time).getTime() };
    }),
  );
  const [newest] = begun.toSorted((a, b) => b.atMs - a.atMs);
  if (newest === undefined) throw new Error('no worker has begun anything');
  return newest.worker;
};
