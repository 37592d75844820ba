import type { Measure } from '../bench.ts';
import { deployOf, type Deploy } from '../deploy.ts';
import { told } from '../numbers.ts';
import { atMost, type Row } from '../row.ts';

const FEW = 2;
const MANY = 16;
/** A quarter of the real speed: all 16 clusters run in one process, which must not be what is measured. */
const SPEED = 0.25;
const MOST_OVERHEAD = 1.05;
const MOST_GROWTH = 1.25;

/** How much longer than its waits a deploy takes, with few clusters and with many. */
export const deploys: Measure = async (bench) => {
  await bench.closePair();
  const few = await deployOf({ ...bench, clusters: FEW, speed: SPEED });
  const many = await deployOf({ ...bench, clusters: MANY, speed: SPEED });
  return [overhead(FEW, few), overhead(MANY, many), growth(MANY, many, few)];
};

const growth = (clusters: number, deployed: Deploy, few: Deploy): Row =>
  atMost({
    what: `deploy of ${clusters} clusters over deploy of ${FEW}`,
    aim: `≤ ${MOST_GROWTH}`,
    value: deployed.wallMs / few.wallMs,
    limit: MOST_GROWTH,
    show: (ratio) => `${ratio.toFixed(2)} (${told(deployed.wallMs)} / ${told(few.wallMs)})`,
    note: `${deployed.steps.length} steps on the critical path, ${few.steps.length} with ${FEW} clusters. All ${clusters} API servers, kubelets and operators are one process here, which kept ${percent(deployed.cores.standIns)} of a core busy (of ${FEW}: ${percent(few.cores.standIns)}), the worker ${percent(deployed.cores.worker)} (of ${FEW}: ${percent(few.cores.worker)}). Near 100 % it is the stand-ins that are measured.`,
  });

const overhead = (clusters: number, { wallMs, waitMs, steps }: Deploy): Row => {
  const lost = steps
    .map(({ id, tookMs, waitMs: waited }) => ({ id: id.split('@')[0], ms: tookMs - waited }))
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, 4)
    .map(({ id, ms }) => `${id} ${told(ms)}`);
  const spare = wallMs - waitMs;
  return atMost({
    what: `deploy of ${clusters} clusters over the waits on its critical path`,
    aim: `≤ ${MOST_OVERHEAD.toFixed(2)}`,
    value: wallMs / waitMs,
    limit: MOST_OVERHEAD,
    show: (ratio) => `${ratio.toFixed(3)} (${told(wallMs)} / ${told(waitMs)})`,
    note: `Clusters at ${SPEED} of the real speed; the other ${told(spare)} do not grow with their waits, so at real speed it is about ${(1 + spare / (waitMs * SPEED)).toFixed(3)}. Most of it: ${lost.join(', ')} (helm and clusteradm included).`,
  });
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;
