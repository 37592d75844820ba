import { setTimeout as delay } from 'node:timers/promises';
import type { Measure } from '../bench.ts';
import { pidOf } from '../deploy.ts';
import { openLab, type Lab } from '../lab.ts';
import { cpuMs, residentMb } from '../process-use.ts';
import { atMost } from '../row.ts';

const RUNS = 200;
const MEASURED_MS = 30_000;
/** The reconciler looks once a second. */
const TICKS = MEASURED_MS / 1_000;
const MOST_MS = 5;
const MOST_MB = 30;

/** What plans that wait for a person cost the worker while nothing else happens: CPU time of a round of its reconciler, and memory. */
export const awaiting: Measure = async ({ redisUrl }) => {
  const lab = await openLab({ clusters: 2, speed: 4, redisUrl });
  try {
    await lab.play('alice: /pgdist deploy postgres\nwait waiting for approval 120');
    await delay(MEASURED_MS);
    const before = await use(lab);
    const bytes = await store(lab);
    const after = await use(lab);
    const tick = (after.cpu - before.cpu) / TICKS;
    const note = `${RUNS} runs of ${Math.round(bytes / 1000)} kB each, beside the worker with one; in ${TICKS} rounds.`;
    return [
      atMost({
        what: `${RUNS} awaiting runs, CPU time a round`,
        aim: `< ${MOST_MS} ms`,
        value: tick,
        limit: MOST_MS,
        show: (ms) => `${ms.toFixed(1)} ms`,
        note,
      }),
      atMost({
        what: `${RUNS} awaiting runs, memory of the worker`,
        aim: `< ${MOST_MB} MB`,
        value: after.memory - before.memory,
        limit: MOST_MB,
        show: (mb) => `${Math.round(mb)} MB`,
      }),
    ];
  } finally {
    await lab.close();
  }
};

const use = async (lab: Lab): Promise<{ cpu: number; memory: number }> => {
  const pid = pidOf(lab.worker);
  const startMs = cpuMs(pid);
  await delay(MEASURED_MS);
  return { cpu: cpuMs(pid) - startMs, memory: residentMb(pid) };
};

/** Copies of the run that waits, each about a database of its own; returns the size of one. */
const store = async (lab: Lab): Promise<number> => {
  const run = await lab.newest();
  for (let number = 0; number < RUNS; number += 1) {
    const id = `${run.id}${number}`;
    await lab.store.create({ ...run, id, database: { ...run.database, name: `${run.database.name}-${number}` } }, id);
  }
  // Each is shown once.
  await delay(MEASURED_MS);
  return JSON.stringify(run).length;
};
