import { CHANNEL, userIdOf } from '../../playground/people.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { isTerminal, type Run, type RunState } from '../../src/domain/run.ts';
import { markOf } from './marks.ts';
import { newestOf, type Scene } from './scene.ts';
import { until } from './until.ts';

const PAUSE_MS = 500;
/** As often as a person would. */
const MOST_TRIES = 20;

/** Types a line and returns what the person was told, at once or by what followed in private. */
export const type = (scene: Scene, person: string, line: string): Promise<string> =>
  answered(scene, person, line, async (actor) => (await actor.command(CHANNEL, line)).result);

/** Clicks the newest such button in the thread of the scenario's newest run, once there is one. */
export const click = async (scene: Scene, person: string, action: string): Promise<string> => {
  const ts = await buttonOf(scene, action);
  return clickAt(scene, person, action, ts);
};

/** Clicks a button of a message that was on the person's screen; '' when the message has no such button any more. */
export const clickAt = (scene: Scene, person: string, action: string, ts: string): Promise<string> =>
  answered(scene, person, action, async (actor) => {
    try {
      return (await actor.click(CHANNEL, ts, action)).result;
    } catch (error) {
      return error instanceof Error ? `gone: ${error.message}` : 'gone';
    }
  });

/** The message with the newest such button in the thread of the scenario's newest run. */
export const buttonOf = (scene: Scene, action: string): Promise<string> =>
  until(`a button ${action}`, scene.patienceMs, async () => {
    const run = await newestOf(scene);
    const { slack } = scene.playground;
    return slack
      .messages(CHANNEL)
      .filter(({ metadata }) => markOf(metadata)?.run === run?.id)
      .flatMap(({ ts }) => slack.thread(CHANNEL, ts))
      .toReversed()
      .find(({ blocks }) => JSON.stringify(blocks).includes(`"action_id":"${action}"`))?.ts;
  });

/** Opens the form of a rejection, for `submit`. */
export const openRejection = async (scene: Scene, person: string): Promise<() => Promise<string>> => {
  await click(scene, person, 'reject');
  const actor = scene.playground.slack.actor(userIdOf(person));
  await until('the form is open', scene.patienceMs, () => actor.view());
  return () => answered(scene, person, 'reject', async () => (await actor.submitView({})).result);
};

/** Whatever this person was told alone so far. */
export const toldAlone = ({ playground: { slack } }: Scene, person: string): string[] =>
  slack.ephemerals(userIdOf(person)).map(({ channel, ts }) => slack.messageText(channel, ts));

type Actor = ReturnType<Scene['playground']['slack']['actor']>;

const answered = async (scene: Scene, person: string, what: string, ask: (actor: Actor) => Promise<string>): Promise<string> => {
  const { slack } = scene.playground;
  const user = userIdOf(person);
  const before = toldAlone(scene, person).length;
  const outcome = await ask(slack.actor(user));
  const words = toldAlone(scene, person).slice(before).join('\n');
  const told = words === '' ? outcome : words;
  scene.told.push({ asked: `${person}: ${what}`, told });
  return told;
};

/** Asks until it is done, as the record says. */
export const insist = async (what: string, ask: () => Promise<string>, isDone: () => Promise<boolean>): Promise<void> => {
  let last = '';
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    last = await ask();
    if (await isDone()) return;
    await systemClock.sleep(PAUSE_MS);
    if (await isDone()) return;
  }
  throw new Error(`${what} was not taken in ${MOST_TRIES} tries: ${last}`);
};

/** Types the deploy until there is a run. */
export const asked = (scene: Scene, person = 'alice'): Promise<void> =>
  insist(
    `${person}: deploy`,
    () => type(scene, person, `/pgdist deploy ${scene.database}`),
    async () => (await newestOf(scene)) !== undefined,
  );

/** Types the deploy, and waits for its plan. */
export const planned = async (scene: Scene, person = 'alice'): Promise<Run> => {
  await asked(scene, person);
  return inState(scene, 'awaiting-approval');
};

/** Clicks Approve until the run says that it is approved. */
export const approved = (scene: Scene, person = 'bob'): Promise<void> =>
  insist(
    `${person}: approve`,
    () => click(scene, person, 'approve'),
    async () => (await newestOf(scene))?.approval !== undefined,
  );

/**
 * The newest run once it is in one of these states; rejects when it ended in another. On a machine that is so busy that this process had no turn for long,
 * workers lose their leases although nothing is wrong: a run that was given up for it is retried, as its problem says.
 */
export const inState = async (scene: Scene, ...states: readonly RunState[]): Promise<Run> => {
  for (let retried = 0; ; retried += 1) {
    const run = await until(`the run is ${states.join(' or ')}`, scene.patienceMs, async () => {
      const found = await newestOf(scene);
      return found !== undefined && (states.includes(found.state) || isTerminal(found.state)) ? found : undefined;
    });
    if (states.includes(run.state)) return run;
    const isStarved = run.failure?.problems.some(({ code }) => code === 'PGD-091') === true && scene.audit.lagMs() > STARVED_MS;
    if (!isStarved || retried === MOST_STARVED) throw new Error(`the run is ${run.state}: ${whyOf(run)}`);
    await insist(
      'alice: retry',
      () => click(scene, 'alice', 'retry'),
      async () => ((await newestOf(scene))?.retries ?? 0) > (run.retries ?? 0),
    );
  }
};

const STARVED_MS = 1_000;
const MOST_STARVED = 3;

const whyOf = (run: Run): string =>
  JSON.stringify(
    run.failure?.problems ?? run.plan?.steps.filter(({ finding }) => finding.kind === 'blocked') ?? run.differences ?? run.bug ?? '',
  ).slice(0, 800);
