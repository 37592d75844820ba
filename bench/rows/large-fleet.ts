import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Measure } from '../bench.ts';
import { pidOf } from '../deploy.ts';
import { openLab } from '../lab.ts';
import { residentMb } from '../process-use.ts';
import { atMost } from '../row.ts';

const CLUSTERS = 32;
/** One process plays all clusters: slower, so that it keeps up. */
const SPEED = 2;
const PATIENCE_SECONDS = 3_600;
const LOOK_MS = 500;
const MOST_MB = 300;
/** Plan and apply. */
const PHASES = 2;

/** The most that a worker keeps in memory while it deploys as many clusters as a slice takes, and whether it had a turn often enough to keep its lease. */
export const largeFleet: Measure = async ({ redisUrl }) => {
  const lab = await openLab({ clusters: CLUSTERS, speed: SPEED, redisUrl });
  const ended = new AbortController();
  let mostMb = 0;
  const looking = (async (): Promise<void> => {
    while (!ended.signal.aborted) {
      mostMb = Math.max(mostMb, residentMb(pidOf(lab.worker)));
      await systemClock.sleep(LOOK_MS, ended.signal).catch(() => undefined);
    }
  })();
  try {
    await lab.play(`alice: /pgdist deploy postgres\nwait waiting for approval ${PATIENCE_SECONDS}`);
    const plannedMb = mostMb;
    await lab.play(`bob: approve\nwait succeeded ${PATIENCE_SECONDS}`);
    const { outcomes, approval, attempt, endedAt = '' } = await lab.ended();
    const seconds = Math.round((Date.parse(endedAt) - Date.parse(approval?.at ?? '')) / 1_000);
    return [
      atMost({
        what: `most resident memory of the worker, deploy of ${CLUSTERS} clusters`,
        aim: `< ${MOST_MB} MB`,
        value: mostMb,
        limit: MOST_MB,
        show: (mb) => `${Math.round(mb)} MB`,
        note: `${Object.keys(outcomes).length} steps in ${seconds} s; ${Math.round(plannedMb)} MB until the plan stood.`,
      }),
      atMost({ what: 'phases begun again since its lease ran out', aim: '0', value: attempt - PHASES, limit: 0, show: String }),
    ];
  } finally {
    ended.abort();
    await looking;
    await lab.close();
  }
};
