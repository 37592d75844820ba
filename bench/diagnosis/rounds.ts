import { FAULTS, IN_CLUSTERS } from '../../playground/faults/catalogue.ts';
import type { Fault, Mend } from '../../playground/faults/fault.ts';
import { NOISES } from '../../playground/faults/noise.ts';
import { PAIRS } from '../../playground/faults/pairs.ts';
import { type Diagnosis, ranked, type Trouble } from '../../src/domain/diagnosis.ts';
import { plainText } from '../../src/domain/text.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { DeployedFleet } from '../../test/support/deployed-fleet.ts';
import { leadOf, type Look, markOf, missesOf } from './score.ts';

/** Looks at each fault; every second one with noise. */
const LOOKS = 5;
const HEALTHY = 20;
/** For what was planted to show, and for what was mended to be well. */
const SETTLE_MS = 60_000;
const PAUSE_MS = 250;

/** Codes that each look at a healthy fleet raised; none is wanted. */
export const lookAtHealthy = async (fleet: DeployedFleet): Promise<string[]> => {
  const raised: string[] = [];
  for (let round = 0; round < HEALTHY; round += 1) {
    const mend = await noise(fleet, round);
    raised.push(...ranked(await fleet.look()).map(({ problem }) => problem.code));
    await mend();
  }
  return raised;
};

/** Plants every fault, looks five times, and has its remedy applied. */
export const lookAtFaults = async (fleet: DeployedFleet, tell: (text: string) => void): Promise<Look[]> => {
  const looks: Look[] = [];
  for (const fault of IN_CLUSTERS) {
    const mend = await fault.plant(fleet.world);
    await shown(fleet, fault);
    const own: (Look & { readonly why: string })[] = [];
    for (let round = 0; round < LOOKS; round += 1) own.push(await lookAt(fleet, fault, round));
    looks.push(...own);
    tell(`${fault.id}: ${own.map(({ mark, lead, why }) => `${mark} ${lead}${why}`).join(', ')}`);
    await mended(fleet, mend);
  }
  return looks;
};

/** Pairs of which both were told, the earlier hop first. */
export const lookAtPairs = async (fleet: DeployedFleet, tell: (text: string) => void): Promise<{ readonly told: number; readonly all: number }> => {
  let told = 0;
  for (const ids of PAIRS) {
    const faults = ids.map((id) => FAULTS.find((fault) => fault.id === id)!);
    const mends: Mend[] = [];
    for (const fault of faults) mends.unshift(await fault.plant(fleet.world));
    await shown(fleet, faults[0]!);
    const found = await fleet.look();
    const codes = [...found.danger, ...(found.cause === undefined ? [] : [found.cause]), ...found.also].map(({ problem }) => problem.code);
    const both = codes.join() === faults.map(({ code }) => code).join();
    if (both) told += 1;
    tell(`${ids.join(' and ')}: ${codes.join(', ')}${both ? '' : ', wanted both'}`);
    await mended(fleet, async () => {
      for (const mend of mends) await mend();
    });
  }
  return { told, all: PAIRS.length };
};

const lookAt = async (fleet: DeployedFleet, fault: Fault, round: number): Promise<Look & { readonly why: string }> => {
  const noisy = round % 2 === 1;
  const mend = noisy ? await noise(fleet, round) : async () => undefined;
  const beganMs = performance.now();
  const found = await fleet.look();
  const tookMs = performance.now() - beganMs;
  await mend();
  const mark = markOf(found, fault);
  const why = mark === 'right' ? '' : ` (${[...missesOf(found, fault), ...ranked(found).map(seen)].join('; ')})`;
  return { fault: fault.id, noisy, mark, lead: leadOf(found)?.problem.code ?? '', tookMs, why };
};

/** For who looks into a look that was not right. */
const seen = ({ problem: { code, what, evidence } }: Trouble): string => [code, plainText(what), ...evidence].join(' | ');

const noise = async (fleet: DeployedFleet, round: number): Promise<Mend> =>
  (await NOISES[round % NOISES.length]?.plant(fleet.world).catch(() => undefined)) ?? (async () => undefined);

/** A person asks when something is wrong and has settled: two looks that say the same of it, one after the other. */
const shown = async (fleet: DeployedFleet, { told }: Fault): Promise<void> => {
  const endMs = performance.now() + SETTLE_MS;
  for (let before = ''; performance.now() < endMs;) {
    const found = await fleet.look();
    const now = told === 'a word' ? found.warnings.join('\n') : codesOf(found);
    if (now !== '' && now === before) return;
    before = now;
    await systemClock.sleep(PAUSE_MS);
  }
};

const codesOf = (found: Diagnosis): string =>
  ranked(found)
    .map(({ problem }) => problem.code)
    .join();

/** Where the remedy of one fault does not lead back to a healthy fleet in time, a deploy has to, so that the next one is alone. */
const mended = async (fleet: DeployedFleet, mend: Mend): Promise<void> => {
  await mend();
  const since = new Date();
  const endMs = performance.now() + SETTLE_MS;
  while (performance.now() < endMs) {
    if ((await agentsLive(fleet, since)) && codesOf(await fleet.look()) === '') return;
    await systemClock.sleep(PAUSE_MS);
  }
  await fleet.deploy();
};

/** What an agent that starts again missed meanwhile shows on the hub only once its lease is too old. */
const agentsLive = async ({ world, fleet }: DeployedFleet, since: Date): Promise<boolean> => {
  for (const { name: namespace } of fleet.clusters) {
    const lease = await world
      .client(fleet.hub)
      .get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'managed-cluster-lease' });
    const { renewTime } = (lease?.spec ?? {}) as { readonly renewTime?: string };
    if (renewTime === undefined || new Date(renewTime) < since) return false;
  }
  return true;
};
