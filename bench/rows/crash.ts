import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pgdistProcess, type PgdistProcess } from '../../playground/processes.ts';
import type { Measure } from '../bench.ts';
import { openLab, type Lab } from '../lab.ts';
import { percentile, told } from '../numbers.ts';
import { isWrite, record, type RecordedRequest } from '../recorder.ts';
import { atMost } from '../row.ts';

const SAMPLES = 8;
/** Nothing here depends on how fast the clusters are. */
const SPEED = 4;
const LIMIT_MS = 5_000;
const PATIENCE_MS = 20_000;

/**
 * Two workers; the one at work is killed again and again during one deploy. From SIGKILL to the other one being at the step that was under way:
 * to its first write or watch, as it only reads while it passes over what is in place. The deploy has to succeed in the end.
 */
export const crash: Measure = async ({ redisUrl }) => {
  const lab = await openLab({ clusters: 2, speed: SPEED, redisUrl });
  const second = pgdistProcess('worker', 'worker.ts', lab.environment, join(lab.folder, 'worker-2.log'));
  const workers = [
    { process: lab.worker, log: join(lab.folder, 'worker.log') },
    { process: second, log: join(lab.folder, 'worker-2.log') },
  ];
  try {
    await second.start();
    await lab.play('alice: /pgdist deploy postgres\nwait waiting for approval 60\nbob: approve\nwait applying 20');
    const took: number[] = [];
    while (took.length < SAMPLES && (await lab.newest()).state === 'applying') {
      const sample = await killAndFollow(lab, workers);
      if (sample !== undefined) took.push(sample);
    }
    await lab.play('wait succeeded 200');
    return [
      atMost({
        what: 'kill -9 of the worker to its next step, p95',
        aim: '< 5 s',
        value: percentile(took, 95),
        limit: LIMIT_MS,
        show: (p95) => `${told(p95)} (p50 ${told(percentile(took, 50))})`,
        note: `${took.length} kills within one deploy, which succeeded; a second worker stands by. A dead worker's lease ends after 3 s at most, and is looked for every second.`,
      }),
    ];
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
const killAndFollow = async (lab: Lab, workers: readonly Worker[]): Promise<number | undefined> => {
  const active = await activeOf(workers);
  const recording = record(lab.fleet);
  const killedMs = Date.now();
  await active.process.kill();
  const seen = await firstStep(recording.requests, killedMs, lab);
  recording.stop();
  await active.process.start();
  return seen === undefined ? undefined : seen - killedMs;
};

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
