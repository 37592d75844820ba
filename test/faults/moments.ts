import type { FaultLab } from './lab.ts';
import { until } from './until.ts';

/** When a fault begins, within one deploy: each resolves when it has come. */
export const MOMENTS = {
  /** Before anybody typed anything. */
  'before the command': async () => undefined,
  'while planning': ({ workers, patienceMs }: FaultLab) =>
    until('a worker begins to plan', patienceMs, async () =>
      (await Promise.all(workers.map((worker) => worker.begun()))).flat().length > 0 ? true : undefined,
    ),
  /** The plan waits, and nobody clicked. */
  'before the approval': (lab: FaultLab) => inState(lab, 'awaiting-approval'),
  'at the first write': ({ audit, patienceMs }: FaultLab) =>
    until('something is written', patienceMs, () => (audit.writes.length > 0 ? true : undefined)),
  'while clusteradm runs': (lab: FaultLab) => writtenBy(lab, 'clusteradm'),
  'while helm runs': (lab: FaultLab) => writtenBy(lab, 'Helm'),
  'while the database starts': ({ audit, patienceMs }: FaultLab) =>
    until('the database is written', patienceMs, () => (audit.writes.some(({ path }) => path.includes('/postgreses')) ? true : undefined)),
} as const satisfies Readonly<Record<string, (lab: FaultLab) => Promise<unknown>>>;

export type MomentName = keyof typeof MOMENTS;

const inState = ({ record, patienceMs }: FaultLab, state: string): Promise<true> =>
  until(`a run is ${state}`, patienceMs, async () => ((await record.store.list(1)).some((run) => run.state === state) ? true : undefined));

const writtenBy = ({ audit, patienceMs }: FaultLab, program: string): Promise<true> =>
  until(`${program} writes`, patienceMs, () =>
    audit.writes.some((write) => write.program.toLowerCase().startsWith(program.toLowerCase())) ? true : undefined,
  );
