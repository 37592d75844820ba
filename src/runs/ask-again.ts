import { oneAtATime } from '../domain/one-at-a-time.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { code, link, phrase, told, type Text } from '../domain/text.ts';
import type { AskingAgain } from '../ports/use-cases.ts';
import type { RunStore } from '../ports/run-store.ts';
import { doRunDeed } from './deed.ts';
import { started } from './sentences.ts';
import { newlyStarted } from './start-run.ts';
import { workersOf, type RunDeps } from './use-case.ts';

/**
 * A look, the run's own question once more, or a deploy that mends what it found: a run of its own, which goes through its own plan and approval. Whoever
 * asks for a look while one that they asked for is under way is told of that one, and none is started.
 */
export const askAgain = async (deps: RunDeps, question: AskingAgain): Promise<Text> => {
  const { deed, by, channel, idempotencyKey, responseUrl } = question;
  let isUnderWay = false;
  const run = await doRunDeed(deps, deed, question, async (permit) => {
    const about = await permit();
    const kind = deed === 'plan-repair' ? 'deploy' : deed === 'ask-again' && about.kind === 'status' ? 'status' : 'verify';
    const order = {
      kind,
      database: about.database.name,
      by,
      channel,
      idempotencyKey,
      ...(responseUrl === undefined ? {} : { responseUrl }),
      ...(kind === 'status' && about.private === true ? { private: true } : {}),
      ...(kind === 'status' && about.picture === true ? { picture: true as const } : {}),
      ...(deed === 'ask-again' && about.explains === true ? { explains: true as const } : {}),
    } as const;
    return await inTurn(deps.store)(`${about.fleet.name} ${order.database} ${by.userId}`, async () => {
      const same = kind === 'deploy' ? undefined : await lookUnderWay(deps, about, order);
      isUnderWay = same !== undefined;
      return same ?? (await newlyStarted(deps, order, alreadyIntended));
    });
  });
  return isUnderWay ? underWay(run) : started(run, workersOf(deps));
};

/** The permit recorded that the question is asked anew. */
const alreadyIntended = (): Promise<void> => Promise.resolve();

/** Presses of one person in one moment, one after the other: what the first one started is known to the second. */
const inTurn = (store: RunStore): ReturnType<typeof oneAtATime> => {
  const known = turns.get(store) ?? oneAtATime();
  turns.set(store, known);
  return known;
};
const turns = new WeakMap<RunStore, ReturnType<typeof oneAtATime>>();

type Order = Pick<Run, 'kind' | 'private' | 'picture' | 'explains'> & Pick<AskingAgain, 'by' | 'channel' | 'idempotencyKey'>;

/** A look of the same kind that this person asked for in this channel and that has not ended; what was delivered twice is the run that it started. */
const lookUnderWay = async ({ store, clock }: RunDeps, about: Run, order: Order): Promise<Run | undefined> => {
  if ((await store.startedBy(order.idempotencyKey)) !== undefined) return undefined;
  const live = await store.toLookAt(clock.now());
  return live.find(
    (run) =>
      !isTerminal(run.state) &&
      run.kind === order.kind &&
      run.fleet.name === about.fleet.name &&
      run.database.name === about.database.name &&
      run.requestedBy.userId === order.by.userId &&
      run.thread.channel === order.channel &&
      SAME.every((field) => run[field] === order[field]),
  );
};
const SAME = ['private', 'picture', 'explains'] as const;

const underWay = ({ id, kind, database, thread: { permalink } }: Run): Text =>
  told`Already looking: ${code(`${kind} ${database.name}`)} that you asked for is under way as run ${code(id)}${permalink === undefined ? '' : phrase`, ${link(permalink, 'its thread')}`}. Nothing more was started.`;
