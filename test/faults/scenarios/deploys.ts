import type { RunState } from '../../../src/domain/run.ts';
import { FAULTS, type FaultName } from '../catalogue.ts';
import type { MomentName } from '../moments.ts';
import { playDeploy } from '../play.ts';
import type { Scenario } from '../scene.ts';

/** One deploy under one fault, as data. */
export interface DeployScenario {
  readonly fault: FaultName;
  readonly at: MomentName;
  /** How long it lasts, milliseconds; 0 for one that ends by itself. */
  readonly lastsMs: number | 'to the end';
  /** Default: untouched for what strikes an installer, else another database on a fleet that stands. */
  readonly fleet?: Scenario['fleet'];
  /** Default: succeeded. */
  readonly ends?: RunState;
  /** What a person presses after that end, once the fault is gone: then it succeeds. */
  readonly again?: 'retry' | 'plan-again';
  /** True: `npm run test:long` plays it. */
  readonly quick?: true;
}

/** A new scenario is a line here. */
const ROWS: readonly DeployScenario[] = [
  // Processes.
  { fault: 'bot killed', at: 'before the command', lastsMs: 0, quick: true },
  { fault: 'bot frozen', at: 'before the command', lastsMs: 2_000 },
  { fault: 'bot killed', at: 'before the approval', lastsMs: 0 },
  { fault: 'bot frozen', at: 'before the approval', lastsMs: 2_000 },
  { fault: 'worker killed', at: 'while planning', lastsMs: 500 },
  { fault: 'all workers killed', at: 'while planning', lastsMs: 2_000 },
  { fault: 'worker killed', at: 'at the first write', lastsMs: 500 },
  { fault: 'worker frozen', at: 'at the first write', lastsMs: 5_000 },
  { fault: 'worker killed', at: 'while clusteradm runs', lastsMs: 500 },
  { fault: 'worker frozen', at: 'while clusteradm runs', lastsMs: 5_000 },
  { fault: 'worker killed', at: 'while helm runs', lastsMs: 500 },
  { fault: 'worker frozen', at: 'while helm runs', lastsMs: 5_000 },
  { fault: 'worker told to stop', at: 'while helm runs', lastsMs: 500 },
  { fault: 'worker killed', at: 'while the database starts', lastsMs: 500, quick: true },
  { fault: 'worker told to stop', at: 'while the database starts', lastsMs: 500 },
  { fault: 'all workers killed', at: 'while the database starts', lastsMs: 1_000 },
  { fault: 'rolling restart', at: 'while helm runs', lastsMs: 0 },
  { fault: 'rolling restart', at: 'before the approval', lastsMs: 0 },
  // Redis.
  { fault: 'redis stalls for the bot', at: 'before the command', lastsMs: 2_000, quick: true },
  { fault: 'redis stalls for the bot', at: 'before the approval', lastsMs: 1_500 },
  { fault: 'redis killed', at: 'before the command', lastsMs: 2_000 },
  { fault: 'redis killed', at: 'before the approval', lastsMs: 2_000 },
  { fault: 'redis connections cut', at: 'at the first write', lastsMs: 0 },
  { fault: 'redis takes and does not answer', at: 'while helm runs', lastsMs: 4_000 },
  { fault: 'redis takes and does not answer', at: 'while the database starts', lastsMs: 4_000 },
  { fault: 'redis stalls for the worker', at: 'while helm runs', lastsMs: 900 },
  { fault: 'redis killed', at: 'while helm runs', lastsMs: 3_000 },
  { fault: 'redis loses what it was told last', at: 'while planning', lastsMs: 1_000 },
  { fault: 'redis loses what it was told last', at: 'at the first write', lastsMs: 900 },
  { fault: 'redis loses what it was told last', at: 'while helm runs', lastsMs: 3_000 },
  { fault: 'redis loses what it was told last', at: 'while the database starts', lastsMs: 1_500 },
  { fault: 'redis flushed', at: 'while helm runs', lastsMs: 0 },
  // Slack.
  { fault: 'slack stalls', at: 'before the command', lastsMs: 4_000 },
  { fault: 'slack takes and does not answer', at: 'while planning', lastsMs: 3_000 },
  { fault: 'slack connections dropped', at: 'before the approval', lastsMs: 0 },
  { fault: 'slack fails', at: 'while planning', lastsMs: 0 },
  { fault: 'slack limits', at: 'while the database starts', lastsMs: 0 },
  { fault: 'slack delivers twice', at: 'before the command', lastsMs: 'to the end', quick: true },
  // Installers.
  { fault: 'tools killed', at: 'while helm runs', lastsMs: 0 },
  { fault: 'tools killed', at: 'while clusteradm runs', lastsMs: 0 },
  { fault: 'tools frozen', at: 'while helm runs', lastsMs: 5_000 },
  { fault: 'helm killed at its third write', at: 'before the command', lastsMs: 'to the end', fleet: 'untouched' },
  { fault: 'helm killed at its twentieth write', at: 'before the command', lastsMs: 'to the end', fleet: 'untouched' },
  { fault: 'clusteradm killed at its second write', at: 'before the command', lastsMs: 'to the end', fleet: 'untouched' },
  { fault: 'release left pending', at: 'before the command', lastsMs: 'to the end', fleet: 'untouched' },
  { fault: 'writes of helm cut', at: 'before the command', lastsMs: 'to the end', fleet: 'untouched' },
  // Clusters.
  { fault: 'first writes cut after', at: 'before the command', lastsMs: 'to the end', fleet: 'untouched' },
  { fault: 'first writes cut after', at: 'before the command', lastsMs: 'to the end', quick: true },
  { fault: 'first writes cut before', at: 'before the command', lastsMs: 'to the end' },
  { fault: 'first reads cut', at: 'before the approval', lastsMs: 'to the end' },
  { fault: 'clusters throttle', at: 'while the database starts', lastsMs: 0 },
  { fault: 'limited for 3 s', at: 'at the first write', lastsMs: 'to the end' },
  { fault: 'errors 500', at: 'at the first write', lastsMs: 'to the end' },
  { fault: 'errors 503', at: 'while the database starts', lastsMs: 'to the end' },
  { fault: 'errors 504', at: 'at the first write', lastsMs: 'to the end' },
  { fault: 'slow by 5 s', at: 'at the first write', lastsMs: 'to the end' },
  { fault: 'hub down', at: 'while the database starts', lastsMs: 3_000 },
  { fault: 'hub hangs', at: 'while the database starts', lastsMs: 3_000 },
  // At 40 times the real speed, 20 minutes of the clusters' time.
  { fault: 'hub down', at: 'while the database starts', lastsMs: 30_000 },
  { fault: 'spoke down', at: 'while the database starts', lastsMs: 3_000 },
  { fault: 'spoke hangs', at: 'at the first write', lastsMs: 3_000 },
  { fault: 'watches dropped', at: 'while the database starts', lastsMs: 0 },
  { fault: 'watches dropped each second', at: 'at the first write', lastsMs: 'to the end' },
  { fault: 'versions too old', at: 'while the database starts', lastsMs: 0 },
  { fault: 'versions too old each second', at: 'at the first write', lastsMs: 5_000 },
  { fault: 'watches behind', at: 'at the first write', lastsMs: 8_000 },
  { fault: 'exec cut without status', at: 'while the database starts', lastsMs: 'to the end' },
  { fault: 'exec cut before', at: 'while the database starts', lastsMs: 'to the end' },
  { fault: 'tokens renewed', at: 'while the database starts', lastsMs: 'to the end' },
  { fault: 'tokens refused', at: 'while the database starts', lastsMs: 1_000 },
  { fault: 'right to patch databases taken', at: 'before the command', lastsMs: 'to the end', ends: 'blocked', again: 'plan-again' },
  { fault: 'right to patch databases taken', at: 'at the first write', lastsMs: 'to the end', ends: 'failed', again: 'retry' },
  { fault: 'another manager', at: 'at the first write', lastsMs: 'to the end', ends: 'failed', again: 'retry' },
];

/** 'while helm runs, for 0.5 s: the worker at work is killed' */
const nameOf = ({ fault, at, lastsMs, fleet, again }: DeployScenario): string => {
  const lasting = lastsMs === 'to the end' ? ' to the end' : lastsMs === 0 ? '' : `, for ${lastsMs / 1_000} s`;
  const where = fleet === 'untouched' ? ', untouched fleet' : '';
  return `${at}${lasting}${where}: ${FAULTS[fault].what}${again === undefined ? '' : `, then ${again}`}`;
};

const STRIKES_INSTALLERS: readonly MomentName[] = ['while clusteradm runs', 'while helm runs'];

export const DEPLOYS: readonly Scenario[] = ROWS.map((row) => ({
  name: nameOf(row),
  fleet: row.fleet ?? (STRIKES_INSTALLERS.includes(row.at) ? 'untouched' : 'stands'),
  ...(row.quick === undefined ? {} : { quick: row.quick }),
  play: (scene) => playDeploy(scene, row),
}));
