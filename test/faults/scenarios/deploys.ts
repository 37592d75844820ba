import type { RunState } from '../../../src/domain/run.ts';
import type { FaultName } from '../catalogue.ts';
import type { MomentName } from '../moments.ts';

/** One deploy under one fault, as data. */
export interface DeployScenario {
  readonly fault: FaultName;
  readonly at: MomentName;
  /** How long it lasts, milliseconds; 0 for one that ends by itself. */
  readonly lastsMs: number;
  /** Default: succeeded. */
  readonly ends?: RunState;
  /** True: a part of `npm test`. */
  readonly quick?: true;
}

/** A new scenario is a line here. */
export const DEPLOYS: readonly DeployScenario[] = [
  { fault: 'redis stalls for the bot', at: 'before the command', lastsMs: 2_000, quick: true },
  { fault: 'slack stalls', at: 'before the command', lastsMs: 4_000 },
  { fault: 'bot killed', at: 'before the command', lastsMs: 0 },
  { fault: 'worker killed', at: 'while planning', lastsMs: 500 },
  { fault: 'all workers killed', at: 'while planning', lastsMs: 2_000 },
  { fault: 'slack takes and does not answer', at: 'while planning', lastsMs: 3_000 },
  { fault: 'bot killed', at: 'before the approval', lastsMs: 0 },
  { fault: 'redis killed', at: 'before the approval', lastsMs: 2_000 },
  { fault: 'redis stalls for the bot', at: 'before the approval', lastsMs: 1_500 },
  { fault: 'slack connections dropped', at: 'before the approval', lastsMs: 0 },
  { fault: 'worker killed', at: 'at the first write', lastsMs: 500 },
  { fault: 'redis connections cut', at: 'at the first write', lastsMs: 0 },
  { fault: 'worker frozen', at: 'while clusteradm runs', lastsMs: 5_000 },
  { fault: 'worker killed', at: 'while clusteradm runs', lastsMs: 500 },
  { fault: 'worker killed', at: 'while helm runs', lastsMs: 500, quick: true },
  { fault: 'worker frozen', at: 'while helm runs', lastsMs: 5_000 },
  { fault: 'worker told to stop', at: 'while helm runs', lastsMs: 500 },
  { fault: 'redis takes and does not answer', at: 'while helm runs', lastsMs: 4_000 },
  { fault: 'redis stalls for the worker', at: 'while helm runs', lastsMs: 900 },
  { fault: 'redis killed', at: 'while helm runs', lastsMs: 3_000 },
  { fault: 'redis flushed', at: 'while helm runs', lastsMs: 0 },
  { fault: 'tools killed', at: 'while helm runs', lastsMs: 0 },
  { fault: 'tools killed', at: 'while clusteradm runs', lastsMs: 0 },
  { fault: 'rolling restart', at: 'while helm runs', lastsMs: 0 },
  { fault: 'rolling restart', at: 'before the approval', lastsMs: 0 },
  { fault: 'slack limits', at: 'while helm runs', lastsMs: 0 },
  { fault: 'hub down', at: 'while the database starts', lastsMs: 3_000 },
  { fault: 'hub hangs', at: 'while the database starts', lastsMs: 3_000 },
  { fault: 'watches dropped', at: 'while the database starts', lastsMs: 0 },
  { fault: 'versions too old', at: 'while the database starts', lastsMs: 0 },
  { fault: 'clusters throttle', at: 'while the database starts', lastsMs: 0 },
  { fault: 'all workers killed', at: 'while the database starts', lastsMs: 1_000 },
];
