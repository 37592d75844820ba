import type { Fault, FaultPlan } from './faults.ts';
import type { Process, Simulation } from './simulation.ts';

/** A call over a boundary: it arrives after a while, is done there for real, and its answer takes a while back. */
export interface Call<T> {
  /** Without the role of the process: 'SAVE', 'chat.update'. */
  readonly label: string;
  /** What answers nobody while it is stalled. */
  readonly server: string;
  /** One way, virtual milliseconds, least and most. */
  readonly wayMs: readonly [number, number];
  effect(): Promise<T>;
  /** After which the caller is told `timedOut`. */
  readonly timeoutMs: number;
  timedOut(): Error;
  /** The connection broke or never was. */
  broken(): Error;
  /** What the server does instead, by the kind of a fault. */
  readonly instead?: Readonly<Partial<Record<Fault['kind'], () => Promise<T>>>>;
  /** Whether the server still hears of it, where it comes late: a connection that its caller closed brings nothing any more. */
  readonly isOpen?: () => boolean;
}

export interface Boundary {
  call<T>(process: Process, call: Call<T>): Promise<T>;
  /** The server answers nobody until then, virtual milliseconds. */
  stall(server: string, untilMs: number): void;
  /** Calls that are still to be done although nobody waits for them. */
  late(): number;
}

export const createBoundary = (sim: Simulation, plan: FaultPlan, kill: (process: Process) => void): Boundary => {
  const stalls = new Map<string, number>();
  let late = 0;
  return {
    late: () => late,
    stall: (server, untilMs) => void stalls.set(server, Math.max(untilMs, stalls.get(server) ?? 0)),
    call<T>(process: Process, call: Call<T>): Promise<T> {
      const label = `${process.role} ${call.label}`;
      const fault = plan.take(label);
      sim.note(`${process.name} ${call.label} ${fault?.kind ?? ''}`);
      return new Promise<T>((resolve, reject) => {
        const way = (): number => sim.between(...call.wayMs);
        const forgetTimeout = sim.after(call.timeoutMs, () => reject(call.timedOut()), process);
        const answer = (settle: () => void): void =>
          void sim.after(
            way(),
            () => {
              forgetTimeout();
              settle();
            },
            process,
          );
        const arrive = (ms: number, then: (settle: () => void) => void, effect = call.effect): void =>
          void sim.after(ms, async () => {
            const untilMs = stalls.get(call.server) ?? 0;
            if (untilMs > sim.nowMs()) return arrive(untilMs - sim.nowMs(), then, effect);
            if (call.isOpen?.() === false) return;
            const settle = await outcomeOf(effect, resolve, reject);
            then(settle);
          });
        const untold = (): void => undefined;
        const broken = (): void => answer(() => reject(call.broken()));
        const { kind, ms = 1_000 } = fault ?? {};
        const befalls: Readonly<Partial<Record<Fault['kind'], () => void>>> = {
          refuse: broken,
          reset: () => arrive(way(), broken),
          lose: () => arrive(way(), untold),
          late() {
            late += 1;
            arrive(call.timeoutMs + ms, () => void (late -= 1));
          },
          slow: () => arrive(ms, answer),
          twice: () => arrive(way(), () => arrive(way(), answer)),
          'kill-before': () => kill(process),
          'kill-after': () => arrive(way(), () => kill(process)),
          freeze() {
            process.frozenUntilMs = sim.nowMs() + ms;
            arrive(way(), answer);
          },
          'freeze-before'() {
            process.frozenUntilMs = sim.nowMs() + ms;
            sim.after(0, () => arrive(way(), answer), process);
          },
        };
        const befall = kind === undefined ? undefined : befalls[kind];
        if (befall !== undefined) return befall();
        const instead = kind === undefined ? call.effect : call.instead?.[kind];
        if (instead === undefined) throw new Error(`${kind} cannot befall ${label}`);
        arrive(way(), answer, instead);
      });
    },
  };
};

/** What the server made of it, to be told to the caller later. */
const outcomeOf = async <T>(effect: () => Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Promise<() => void> => {
  try {
    const value = await effect();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
};
