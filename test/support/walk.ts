import type { StepOutcome } from '../../src/domain/run.ts';
import type { Clusteradm, Helm } from '../../src/ports/cli.ts';
import type { WorkerLease } from '../../src/ports/lease.ts';
import type { Progress } from '../../src/walk/progress.ts';
import type { ApplyTools } from '../../src/walk/tools.ts';
import { testFleet } from './fleet.ts';
import { manualClock, steadyRandom, type ManualClock } from './manual-clock.ts';
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts';

export interface TestWalk {
  readonly tools: ApplyTools;
  readonly clock: ManualClock;
  readonly clusters: Readonly<Record<'tokyo' | 'osaka', MemoryCluster>>;
  readonly progress: TestProgress;
  readonly abort: AbortController;
}

export interface TestProgress extends Progress {
  readonly outcomes: Record<string, StepOutcome>;
  readonly texts: Record<string, string>;
  /** Every state of every step, in order: 'test/a checking'. */
  readonly story: string[];
}

export const testProgress = (before: Readonly<Record<string, StepOutcome>> = {}): TestProgress => {
  const outcomes: Record<string, StepOutcome> = { ...before };
  const texts: Record<string, string> = {};
  const story: string[] = [];
  return {
    outcomes,
    texts,
    story,
    outcomeOf: (id) => outcomes[id],
    outcome(id, outcome) {
      if (outcomes[id]?.state !== outcome.state) story.push(`${id} ${outcome.state}`);
      outcomes[id] = outcome;
    },
    waiting(id, text) {
      if (text === undefined) delete texts[id];
      else texts[id] = text;
    },
    replication: () => undefined,
  };
};

const noTool = (): never => {
  throw new Error('not part of this test');
};
const helm: Helm = { upgrade: noTool, rollback: noTool, uninstall: noTool, version: noTool };
const clusteradm: Clusteradm = { init: noTool, join: noTool, version: noTool };

/** A lease that nobody takes away. */
export const heldLease: WorkerLease = {
  epoch: 1,
  signal: new AbortController().signal,
  leftMs: () => 1_500,
  assertHeld: () => undefined,
  release: () => Promise.resolve(),
};

export const testWalk = (before: Readonly<Record<string, StepOutcome>> = {}): TestWalk => {
  const clusters = { tokyo: memoryCluster('tokyo'), osaka: memoryCluster('osaka') };
  const clock = manualClock();
  const abort = new AbortController();
  const tools: ApplyTools = {
    runId: 'r1',
    lease: heldLease,
    fleet: testFleet,
    installation: 'pgdist-test',
    clock,
    random: steadyRandom(),
    signal: abort.signal,
    cluster: (name) => clusters[name as 'tokyo' | 'osaka'],
    licence: noTool,
    toolVersion: noTool,
    helm,
    clusteradm,
  };
  return { tools, clock, clusters, progress: testProgress(before), abort };
};
