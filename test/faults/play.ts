import { CHANNEL, userIdOf } from '../../playground/people.ts';
import { isTerminal, type Run } from '../../src/domain/run.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { FAULTS } from './catalogue.ts';
import type { FaultLab } from './lab.ts';
import { MOMENTS } from './moments.ts';
import type { DeployScenario } from './scenarios/deploys.ts';
import { until } from './until.ts';

/** What a person asked and was told. */
export interface Told {
  readonly asked: string;
  readonly told: string;
}

const PAUSE_MS = 500;
/** As often as a person would. */
const MOST_TRIES = 20;

/** Deploys as two people would who ask again when they are told to, while the fault comes and goes. Adds what they are told; rejects with what hung. */
export const playDeploy = async (lab: FaultLab, { fault, at, lastsMs, ends = 'succeeded' }: DeployScenario, told: Told[]): Promise<void> => {
  const striking = (async (): Promise<void> => {
    await MOMENTS[at](lab);
    const end = await FAULTS[fault].begin(lab);
    await systemClock.sleep(lastsMs);
    await end();
  })();
  // What waits for the moment ends with the deploy; it is awaited in the end.
  striking.catch(() => undefined);
  if (at === 'before the command') await systemClock.sleep(PAUSE_MS / 5);
  await insist(
    'alice: deploy',
    told,
    () => typed(lab, 'alice', '/pgdist deploy postgres'),
    async () => (await newest(lab)) !== undefined,
  );
  await until('the plan waits', lab.patienceMs, async () => ((await newest(lab))?.state === 'awaiting-approval' ? true : undefined));
  if (at === 'before the approval') await systemClock.sleep(PAUSE_MS / 5);
  await insist(
    'bob: approve',
    told,
    () => clicked(lab, 'bob', 'approve'),
    async () => (await newest(lab))?.approval !== undefined,
  );
  const run = await until(`the run ends as ${ends}`, lab.patienceMs, async () => {
    const found = await newest(lab);
    return found !== undefined && isTerminal(found.state) ? found : undefined;
  });
  await striking;
  if (run.state !== ends)
    throw new Error(`the run is ${run.state}: ${JSON.stringify(run.failure?.problems ?? run.differences ?? run.bug ?? '').slice(0, 500)}`);
};

const newest = async ({ record }: FaultLab): Promise<Run | undefined> => {
  const runs = await record.store.list(5).catch(() => []);
  // One that was withdrawn was told as not accepted.
  return runs.find(({ acceptBy }) => acceptBy === undefined);
};

/** Asks until it is done, as the record says; each answer is kept. */
const insist = async (asked: string, told: Told[], ask: () => Promise<string>, isDone: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const answer = await ask();
    told.push({ asked, told: answer });
    if (await isDone()) return;
    await systemClock.sleep(PAUSE_MS);
    if (await isDone()) return;
  }
  throw new Error(`${asked} was not taken in ${MOST_TRIES} tries: ${told.at(-1)?.told}`);
};

/** What the person was told at once, or by what followed in private. */
const typed = async ({ playground: { slack } }: FaultLab, person: string, line: string): Promise<string> => {
  const before = slack.ephemerals(userIdOf(person)).length;
  const outcome = await slack.actor(userIdOf(person)).command(CHANNEL, line);
  const shown = slack.ephemerals(userIdOf(person)).slice(before);
  const words = shown.map(({ channel, ts }) => slack.messageText(channel, ts)).join('\n');
  return words === '' ? outcome.result : words;
};

const clicked = async (lab: FaultLab, person: string, action: string): Promise<string> => {
  const { slack } = lab.playground;
  const before = slack.ephemerals(userIdOf(person)).length;
  const target = await until(`a button ${action}`, lab.patienceMs, () =>
    slack
      .messages(CHANNEL)
      .flatMap(({ ts }) => slack.thread(CHANNEL, ts))
      .toReversed()
      .find(({ blocks }) => JSON.stringify(blocks).includes(`"action_id":"${action}"`)),
  );
  const outcome = await slack.actor(userIdOf(person)).click(CHANNEL, target.ts, action);
  const words = slack
    .ephemerals(userIdOf(person))
    .slice(before)
    .map(({ channel, ts }) => slack.messageText(channel, ts))
    .join('\n');
  return words === '' ? outcome.result : words;
};
