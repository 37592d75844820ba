import { DATABASE_NAMES } from '../config.ts';
import { approved, inState, planned } from '../people.ts';
import { violated } from '../run.ts';
import type { Scene } from '../scene.ts';
import { titleOf, type Boundary, type Strike } from './boundary.ts';
import { openGuardedLab } from './lab.ts';
import { until } from '../until.ts';
import { otherwise, pictureOf, type Picture } from './picture.ts';
import { recorder } from './record.ts';
import { striker } from './strike.ts';

/** What a deploy that nobody disturbs crosses, and how it ends. */
export const recordDeploy = async (patienceMs: number): Promise<{ readonly boundaries: readonly Boundary[]; readonly picture: Picture }> => {
  const guarded = await openGuardedLab(patienceMs);
  try {
    const scene: Scene = { ...guarded.lab, database: DATABASE_NAMES[0]!, sinceMs: Date.now(), told: [] };
    const { boundaries, sentry } = recorder();
    guarded.post(sentry);
    await deployed(scene);
    const violations = await violated(scene);
    if (violations.length > 0) throw new Error(`the deploy that nobody disturbs: ${violations.join('; ')}`);
    return { boundaries, picture: await pictureOf(scene) };
  } finally {
    await guarded.close();
  }
};

export interface StruckDeploy {
  /** At which something was killed; the others did not come in this deploy. */
  readonly struck: readonly Strike[];
  /** Empty: it ended as the one that nobody disturbed. */
  readonly violations: readonly string[];
}

/** One deploy on an untouched fleet in which something is killed at each of these boundaries. */
export const strikeDeploy = async (strikes: readonly Strike[], wanted: Picture, patienceMs: number): Promise<StruckDeploy> => {
  const violations: string[] = [];
  let struck: readonly Strike[] = [];
  try {
    const guarded = await openGuardedLab(patienceMs);
    try {
      const scene: Scene = { ...guarded.lab, database: DATABASE_NAMES[0]!, sinceMs: Date.now(), told: [] };
      const striking = striker(guarded.lab, strikes);
      ({ struck } = striking);
      guarded.post(striking.sentry);
      await deployed(scene).catch((error: unknown) => void violations.push(`did not end: ${messageOf(error)}`));
      await striking.settled();
      violations.push(...(await violated(scene)), ...(await stillOtherwise(scene, wanted)));
    } finally {
      await guarded.close();
    }
  } catch (error) {
    violations.push(`the lab failed: ${messageOf(error)}`);
  }
  return { struck, violations: violations.length === 0 ? [] : [...violations, ...struck.map((strike) => `killed ${titleOf(strike)}`)] };
};

/** Files come last, and a reporter that was killed is replaced: what differs once nothing more comes. */
const stillOtherwise = async (scene: Scene, wanted: Picture): Promise<readonly string[]> => {
  let found: readonly string[] = [];
  return until('the deploy looks as the one that nobody disturbed', scene.patienceMs / 4, async () => {
    found = otherwise(wanted, await pictureOf(scene));
    return found.length === 0 ? found : undefined;
  }).catch(() => found);
};

const messageOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const deployed = async (scene: Scene): Promise<void> => {
  await planned(scene);
  await approved(scene);
  await inState(scene, 'succeeded');
};
