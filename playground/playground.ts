import type { FaultWorld, Mend } from './faults/fault.ts';
import type { SimulatedFleet } from './fleet.ts';
import type { PlacedPod, Present } from './present.ts';
import type { PgdistProcess } from './processes.ts';
import type { FakeSlack } from './slack/contract.ts';

/** What was started, and what has been broken in it. */
export interface Playground {
  readonly slack: FakeSlack;
  readonly fleet: SimulatedFleet;
  readonly bot: PgdistProcess;
  readonly worker: PgdistProcess;
  /** Environment of pgdist's processes, for a second worker. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Paths of the real programs that the playground brings. */
  readonly tools: { readonly helm: string; readonly kubectl: string };
  readonly pods: readonly PlacedPod[];
  readonly present: Present;
  readonly stopped: Set<string>;
  readonly cutTunnels: Set<string>;
  /** Breaks the fleet by the catalogue; undefined where the clusters are real. */
  readonly world: FaultWorld | undefined;
  /** What of the catalogue is broken now, by id. */
  readonly planted: Map<string, Mend>;
  /** Closes it and starts another in its place; undefined where nobody would. */
  readonly startOver: (() => void) | undefined;
  close(): Promise<void>;
}
