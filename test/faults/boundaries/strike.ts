import type { FaultLab } from '../lab.ts';
import { keyOf, type Sentry, type Side, type Strike } from './boundary.ts';
import { killedOf } from './record.ts';

/** Kills at each of these boundaries, once, and starts again what it killed, as Kubernetes would. */
export interface Striker {
  readonly sentry: Sentry;
  /** Those at which something was killed. */
  readonly struck: readonly Strike[];
  /** Resolves when all that was killed runs again. */
  settled(): Promise<void>;
}

export const striker = (lab: FaultLab, strikes: readonly Strike[]): Striker => {
  const left = new Set(strikes);
  const struck: Strike[] = [];
  const times = new Map<string, number>();
  const dying = new Set<string>();
  const restarts: Promise<void>[] = [];

  const kill = async (name: string): Promise<void> => {
    const process = name === 'bot' ? lab.bot : lab.workers.find((worker) => worker.name === name)?.process;
    if (process === undefined) throw new Error(`the lab has no process ${name}`);
    dying.add(name);
    await process.kill();
    const restart = process.start().finally(() => dying.delete(name));
    restart.catch(() => undefined);
    restarts.push(restart);
  };

  return {
    struck,
    async settled() {
      for (const restart of restarts) await restart;
    },
    async sentry({ kind, name, process }, side) {
      if (dying.has(process)) return 'goes on';
      const key = keyOf({ kind, of: killedOf(process), name });
      if (side === 'before') times.set(key, (times.get(key) ?? 0) + 1);
      const found = [...left].find((strike) => isHere(strike, key, times.get(key) ?? 0, side));
      if (found === undefined) return 'goes on';
      left.delete(found);
      struck.push(found);
      await kill(process);
      return 'is lost';
    },
  };
};

/** So often at least: the first of a kind may have come while what sends it was dead. */
const isHere = ({ boundary, side: wanted }: Strike, key: string, times: number, side: Side): boolean =>
  side === wanted && keyOf(boundary) === key && times >= boundary.nth;
