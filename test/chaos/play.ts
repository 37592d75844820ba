import { dice } from '../security/secrets.ts';
import { randomFaults, type Fault } from './faults.ts';
import { brokenIn } from './invariants.ts';
import { createPeople, type Asked } from './people.ts';
import { launchWorker, startBot, type Bot, type Meddle, type Worker } from './processes.ts';
import { befall } from './timed-faults.ts';
import { openWorld, KEYS, type World } from './world.ts';

export interface Played {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Those that befell something. */
  readonly planted: readonly Fault[];
  readonly violations: readonly string[];
  readonly asked: readonly Asked[];
  readonly calls: ReadonlyMap<string, number>;
  /** Equal for equal stories. */
  readonly trace: string;
  readonly virtualMs: number;
}

interface Options {
  readonly seed: number;
  /** Absent: rolled from the seed. */
  readonly faults?: readonly Fault[];
  readonly redisUrl: string;
  readonly meddle?: Meddle;
  readonly print?: (line: string) => void;
}

/** So that faults and story are rolled apart: another list of faults leaves the seed's story as it is until the first of them. */
const FAULT_DICE = 0x5eed;
const STORY_MS = 300_000;
/** Plans expire after five minutes, and a refusal of Slack rests for as long. */
const REST_MS = 1_800_000;
const AFTERWARDS_MS = 12_000;
/** Workers may have to be started first, and Slack asked again, before the threads of lost runs are ended (src/execution/forgotten-runs.ts). */
const FORGOTTEN_MS = 90_000;

/** One story from its first command until everything has come to rest, and what it broke. */
export const play = async ({
  seed,
  faults = randomFaults(dice(seed ^ FAULT_DICE)),
  redisUrl,
  meddle = (store) => store,
  print,
}: Options): Promise<Played> => {
  const world = await openWorld(seed, faults, redisUrl, print);
  const { sim, plan } = world;
  const onRejection = (reason: unknown): void =>
    void world.violations.add(`unhandled rejection: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
  process.on('unhandledRejection', onRejection);
  try {
    const { bots, workers } = startProcesses(world, meddle);
    const people = createPeople(world, () => bots);
    for (const fault of plan.timed) sim.after(fault.nth, () => befall(world, fault, [...bots, ...workers], workers));
    let left = Math.round(sim.between(4, 10));
    const next = (): void =>
      void sim.after(sim.between(50, 3_500), async () => {
        await people.act();
        left -= 1;
        if (left > 0) next();
      });
    sim.after(500, people.start);
    next();
    await sim.runUntil(() => left === 0 && plan.timed.every(({ nth }) => nth < sim.nowMs()), 1_000, STORY_MS);
    await sim.runUntil(
      async () => {
        await people.decide();
        return isQuiet(world, [...bots, ...workers]);
      },
      5_000,
      REST_MS,
    );
    const afterwardsMs = world.flushedMs > -Infinity || world.lost.length > 0 ? FORGOTTEN_MS : AFTERWARDS_MS;
    await sim.runUntil(() => false, afterwardsMs, afterwardsMs - 1);
    // Whoever began to end the threads of lost runs only then is let go on; what nobody gives back is held after that too.
    await sim.runUntil(() => world.redis.leases().length === 0, 1_000, FORGOTTEN_MS);
    const violations = await brokenIn(world, people.asked);
    return { seed, faults, planted: plan.planted, violations, asked: people.asked, calls: plan.calls, trace: sim.trace(), virtualMs: sim.nowMs() };
  } finally {
    await world.close();
    process.off('unhandledRejection', onRejection);
  }
};

/** Two of each; whoever ends is started anew after a while, as Kubernetes does. */
const startProcesses = (world: World, meddle: Meddle): { readonly bots: readonly Bot[]; readonly workers: readonly Worker[] } => {
  const { sim } = world;
  const bots = [1, 2].map((number) => startBot(world, number, meddle));
  const workers: Worker[] = [];
  let count = 2;
  const again = (): void => {
    const awayMs = Math.max(0, world.workersAwayUntilMs - sim.nowMs());
    sim.after(awayMs + sim.between(500, 8_000), () => void workers.push(launchWorker(world, (count += 1), meddle, again)));
  };
  for (const number of [1, 2]) workers.push(launchWorker(world, number, meddle, again));
  world.onDeath = ({ role }) => {
    if (role === 'worker') again();
    else sim.after(sim.between(500, 8_000), () => void bots.push(startBot(world, (count += 1), meddle)));
  };
  return { bots, workers };
};

const isQuiet = async (
  { real, redis, queue, sim, boundary, losing }: World,
  processes: readonly { readonly process: Bot['process'] }[],
): Promise<boolean> => {
  if (losing > 0) return false;
  if (processes.some(({ process: { alive, frozenUntilMs } }) => alive && frozenUntilMs > sim.nowMs())) return false;
  return boundary.late() === 0 && queue.isIdle() && redis.leases().length === 0 && (await real.exists(KEYS.live, KEYS.reportDue)) === 0;
};
