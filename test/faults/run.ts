import { CHANNEL } from '../../playground/people.ts';
import { DATABASE_NAMES } from './config.ts';
import { INVARIANTS } from './invariants.ts';
import { openFaultLab, type FaultLab } from './lab.ts';
import { approved, inState, planned } from './people.ts';
import type { Scenario, Scene } from './scene.ts';

export interface Outcome {
  readonly name: string;
  readonly checked: number;
  /** What was violated, or why it did not come to its end; empty: passed. */
  readonly violations: readonly string[];
}

/** Of a scenario that did not end, so much of the channel is told. */
const TRANSCRIPT_LINES = 40;

/** Violations of one invariant. */
const MOST_TOLD = 5;

export interface Laboratory {
  /** One scenario, and every invariant after it. */
  run(scenario: Scenario): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * Runs scenarios in labs: one that needs an untouched fleet opens a lab, those that need a fleet that stands go on in it, each with a database of its
 * own. A lab in which something was violated is used no more.
 */
export const openLaboratory = (patienceMs: number): Laboratory => {
  let open: { readonly lab: FaultLab; used: number; readonly approvalMinutes: number | undefined } | undefined;
  const close = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    await closing?.lab.close();
  };
  const begin = async (approvalMinutes?: number): Promise<void> => {
    await close();
    const options = approvalMinutes === undefined ? {} : { approvalMinutes };
    open = { lab: await openFaultLab({ patienceMs, ...options }), used: 0, approvalMinutes };
  };
  const nextScene = (): Scene => {
    const { lab, used } = open!;
    open!.used += 1;
    return { ...lab, database: DATABASE_NAMES[used]!, sinceMs: Date.now(), told: [] };
  };
  const sceneFor = async ({ fleet, approvalMinutes }: Scenario): Promise<Scene> => {
    const fits = open !== undefined && open.used < DATABASE_NAMES.length && open.approvalMinutes === approvalMinutes;
    if (fleet === 'untouched') await begin(approvalMinutes);
    else if (!fits) {
      await begin(approvalMinutes);
      const ground = nextScene();
      await planned(ground);
      await approved(ground);
      await inState(ground, 'succeeded');
    }
    return nextScene();
  };
  return {
    close,
    async run(scenario) {
      const violations: string[] = [];
      try {
        const scene = await sceneFor(scenario);
        violations.push(...(await played(scene, scenario)), ...(await violated(scene)));
      } catch (error) {
        violations.push(`the lab failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      if (violations.length > 0) await close();
      return { name: scenario.name, checked: Object.keys(INVARIANTS).length, violations };
    },
  };
};

const played = async (scene: Scene, scenario: Scenario): Promise<string[]> => {
  try {
    await scenario.play(scene);
    return [];
  } catch (error) {
    const runs = await scene.record.store.list(5).catch(() => []);
    const states = runs.map(({ id, state, phase, attempt }) => `${id} ${state} (${phase}, attempt ${attempt})`).join(', ');
    return [
      `did not end: ${error instanceof Error ? error.message : String(error)}; runs: ${states || 'none'}`,
      ...scene.told.slice(-3).map(({ asked, told }) => `told: ${asked}: ${told}`),
      ...scene.playground.slack.transcript(CHANNEL).split('\n').slice(-TRANSCRIPT_LINES),
    ];
  }
};

/** What every invariant has to say about a scenario that was played. */
export const violated = async (scene: Scene): Promise<string[]> => {
  const violations: string[] = [];
  for (const [name, check] of Object.entries(INVARIANTS)) {
    const found = await check(scene);
    violations.push(...found.slice(0, MOST_TOLD).map((violation) => `${name}: ${violation}`));
    if (found.length > MOST_TOLD) violations.push(`${name}: and ${found.length - MOST_TOLD} more`);
  }
  return violations;
};
