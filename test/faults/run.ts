import { CHANNEL } from '../../playground/people.ts';
import { FAULTS } from './catalogue.ts';
import { INVARIANTS } from './invariants.ts';
import { openFaultLab } from './lab.ts';
import { playDeploy, type Told } from './play.ts';
import type { DeployScenario } from './scenarios/deploys.ts';

export interface Outcome {
  readonly name: string;
  readonly checked: number;
  /** What was violated, or why it did not come to its end; empty: passed. */
  readonly violations: readonly string[];
}

/** 'while helm runs, for 0.5 s: the worker at work is killed' */
export const nameOf = ({ fault, at, lastsMs }: DeployScenario): string =>
  `${at}${lastsMs === 0 ? '' : `, for ${lastsMs / 1000} s`}: ${FAULTS[fault].what}`;

/** Of a scenario that did not end, so much of the channel is told. */
const TRANSCRIPT_LINES = 40;

/** Violations of one invariant. */
const MOST_TOLD = 5;

/** One scenario in a lab of its own, and every invariant after it. */
export const runScenario = async (scenario: DeployScenario, patienceMs: number): Promise<Outcome> => {
  const lab = await openFaultLab(patienceMs);
  const violations: string[] = [];
  const told: Told[] = [];
  try {
    await playDeploy(lab, scenario, told);
  } catch (error) {
    const runs = await lab.record.store.list(5).catch(() => []);
    const states = runs.map(({ id, state, phase, attempt }) => `${id} ${state} (${phase}, attempt ${attempt})`).join(', ');
    violations.push(`did not end: ${error instanceof Error ? error.message : String(error)}; runs: ${states || 'none'}`);
    violations.push(...lab.playground.slack.transcript(CHANNEL).split('\n').slice(0, TRANSCRIPT_LINES));
  }
  try {
    for (const [name, check] of Object.entries(INVARIANTS)) {
      const found = await check(lab, told);
      violations.push(...found.slice(0, MOST_TOLD).map((violation) => `${name}: ${violation}`));
      if (found.length > MOST_TOLD) violations.push(`${name}: and ${found.length - MOST_TOLD} more`);
    }
  } finally {
    await lab.close();
  }
  return { name: nameOf(scenario), checked: Object.keys(INVARIANTS).length, violations };
};
