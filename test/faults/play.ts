import { systemClock } from '../../src/adapters/system/clock.ts';
import { FAULTS, type Fault } from './catalogue.ts';
import { MOMENTS } from './moments.ts';
import { approved, asked, click, inState, insist, planned } from './people.ts';
import { newestOf, type Scene } from './scene.ts';
import type { DeployScenario } from './scenarios/deploys.ts';

/** Long enough for what begins before somebody types or clicks to have begun. */
const BEFORE_MS = 100;

/** Deploys as two people would who ask again when they are told to, while the fault comes and goes. Rejects with what hung. */
export const playDeploy = async (scene: Scene, { fault, at, lastsMs, ends = 'succeeded', again }: DeployScenario): Promise<void> => {
  const over = Promise.withResolvers<void>();
  const striking = (async (): Promise<void> => {
    await MOMENTS[at](scene);
    const end = await FAULTS[fault].begin(scene);
    await (lastsMs === 'to the end' ? over.promise : systemClock.sleep(lastsMs));
    await end();
  })();
  // What waits for the moment ends with the deploy; it is awaited in the end.
  striking.catch(() => undefined);
  try {
    if (at === 'before the command') await systemClock.sleep(BEFORE_MS);
    if (ends === 'blocked') await asked(scene);
    else {
      await planned(scene);
      if (at === 'before the approval') await systemClock.sleep(BEFORE_MS);
      await approved(scene);
      if (isLosing(FAULTS[fault])) await approvedAgain(scene, striking);
    }
    await inState(scene, ends);
  } finally {
    over.resolve();
  }
  await striking;
  if (again !== undefined) await goOn(scene, again);
};

const isLosing = ({ losesWords }: Fault): boolean => losesWords === true;

const approvedAgain = async (scene: Scene, struck: Promise<void>): Promise<void> => {
  await struck;
  if ((await newestOf(scene))?.approval !== undefined) return;
  await inState(scene, 'awaiting-approval');
  await approved(scene);
};

/** What a person does once the cause is gone: retry or plan again, and approve where that is asked for. */
export const goOn = async (scene: Scene, action: 'retry' | 'plan-again'): Promise<void> => {
  const retries = (await newestOf(scene))?.retries ?? 0;
  await insist(
    `alice: ${action}`,
    () => click(scene, 'alice', action),
    async () => ((await newestOf(scene))?.retries ?? 0) > retries,
  );
  const run = await inState(scene, 'awaiting-approval', 'applying', 'succeeded');
  if (run.state === 'awaiting-approval') await approved(scene);
  await inState(scene, 'succeeded');
};
