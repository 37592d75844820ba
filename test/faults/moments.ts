import type { AuditedWrite } from './audit.ts';
import { newestOf, type Scene } from './scene.ts';
import { until } from './until.ts';

/** When a fault begins, within one deploy: each resolves when it has come. */
export const MOMENTS = {
  /** Before anybody typed anything. */
  'before the command': async () => undefined,
  'while planning': ({ workers, sinceMs, patienceMs }: Scene) =>
    until('a worker begins to plan', patienceMs, async () =>
      (await Promise.all(workers.map((worker) => worker.begun()))).flat().some(({ atMs }) => atMs >= sinceMs) ? true : undefined,
    ),
  /** The plan waits, and nobody clicked. */
  'before the approval': (lab: Scene) => inState(lab, 'awaiting-approval'),
  'at the first write': (scene: Scene) => written(scene, 'something is written', () => true),
  'while clusteradm runs': (lab: Scene) => writtenBy(lab, 'clusteradm'),
  'while helm runs': (lab: Scene) => writtenBy(lab, 'Helm'),
  'while the database starts': (scene: Scene) =>
    written(scene, 'the database is written', ({ path }) => path.endsWith(`/postgreses/${scene.database}`)),
} as const satisfies Readonly<Record<string, (lab: Scene) => Promise<unknown>>>;

export type MomentName = keyof typeof MOMENTS;

const inState = (scene: Scene, state: string): Promise<true> =>
  until(`a run is ${state}`, scene.patienceMs, async () => ((await newestOf(scene))?.state === state ? true : undefined));

const writtenBy = (scene: Scene, program: string): Promise<true> =>
  written(scene, `${program} writes`, (write) => write.program.toLowerCase().startsWith(program.toLowerCase()));

const written = ({ audit, sinceMs, patienceMs }: Scene, what: string, isIt: (write: AuditedWrite) => boolean): Promise<true> =>
  until(what, patienceMs, () => (audit.writes.some((write) => write.atMs >= sinceMs && isIt(write)) ? true : undefined));
