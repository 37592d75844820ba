import type { Fault } from './faults.ts';
import type { Worker } from './processes.ts';
import type { Process } from './simulation.ts';
import type { World } from './world.ts';

/** What happens at an instant; which process or cluster it happens to follows from the fault itself, so that it stays the same in a shorter list. */
export const befall = async (
  world: World,
  fault: Fault,
  processes: readonly { readonly process: Process }[],
  workers: readonly Worker[],
): Promise<void> => {
  const { sim, plan, boundary, queue } = world;
  const { kind, nth, ms = 1_000 } = fault;
  plan.planted.push(fault);
  const untilMs = sim.nowMs() + ms;
  const living = processes.map(({ process }) => process).filter(({ alive }) => alive);
  const victim = living[nth % Math.max(1, living.length)];
  const acts: Readonly<Partial<Record<Fault['kind'], () => void | Promise<void>>>> = {
    kill() {
      if (victim === undefined) return;
      victim.alive = false;
      world.onDeath(victim);
    },
    'kill-workers'() {
      // Nobody is started while it lasts.
      world.workersAwayUntilMs = untilMs;
      for (const { process } of workers.filter((worker) => worker.process.alive)) {
        process.alive = false;
        world.onDeath(process);
      }
    },
    stop() {
      const up = workers.filter(({ process }) => process.alive);
      void up[nth % Math.max(1, up.length)]?.stop();
    },
    freeze() {
      if (victim !== undefined) victim.frozenUntilMs = untilMs;
    },
    jump() {
      if (victim !== undefined) victim.wallOffsetMs += nth % 2 === 0 ? ms : -ms;
    },
    stall: () => boundary.stall('redis', untilMs),
    'drop-leases': () => world.dropLeases(),
    'lose-jobs': () => queue.loseJobs(),
    flush: () => world.flush(),
    'lose-last': () => world.loseLast(ms),
    'slack-away': () => boundary.stall('slack', untilMs),
    'cluster-away': () => boundary.stall(Object.keys(world.clusters)[nth % 2] ?? '', untilMs),
  };
  const act = acts[kind];
  if (act === undefined) throw new Error(`${kind} is no fault of an instant`);
  await act();
};
