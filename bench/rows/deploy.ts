import type { Bench, Measure } from '../bench.ts';
import { deploy, type Deploy } from '../deploy.ts';
import { openLab } from '../lab.ts';
import { told } from '../numbers.ts';
import { atMost, type Row } from '../row.ts';

const MANY = 16;
const MOST_OVERHEAD = 1.05;
const MOST_GROWTH = 1.25;

/** How much longer than its waits a deploy takes, with few clusters and with many. */
export const deploys: Measure = async (bench) => {
  const few = await bench.deployed();
  await bench.closePair();
  const many = await deployOf(MANY, bench);
  return [
    overhead(2, few, bench),
    overhead(MANY, many, bench),
    atMost({
      what: `deploy of ${MANY} clusters over deploy of 2`,
      aim: `≤ ${MOST_GROWTH}`,
      value: many.wallMs / few.wallMs,
      limit: MOST_GROWTH,
      show: (ratio) => `${ratio.toFixed(2)} (${told(many.wallMs)} / ${told(few.wallMs)})`,
      note: `All ${MANY} API servers and their operators are one process here; during the deploy of ${MANY} it kept ${percent(many.cores.standIns)} of a core busy (of 2: ${percent(few.cores.standIns)}), the worker ${percent(many.cores.worker)} (of 2: ${percent(few.cores.worker)}). Near 100 % it is the stand-ins that are measured.`,
    }),
  ];
};

const deployOf = async (clusters: number, { speed, redisUrl }: Bench): Promise<Deploy> => {
  const lab = await openLab({ clusters, speed, redisUrl });
  try {
    return await deploy(lab);
  } finally {
    await lab.close();
  }
};

const overhead = (clusters: number, { wallMs, waitMs, steps }: Deploy, { speed }: Bench): Row => {
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
    note: `Clusters ${speed} times faster than real; the other ${told(spare)} do not shrink with them, so at real speed it is ${(1 + spare / (waitMs * speed)).toFixed(3)}. Most of it: ${lost.join(', ')} (helm and clusteradm included).`,
  });
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;
