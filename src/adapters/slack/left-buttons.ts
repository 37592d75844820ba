import { isTerminal, type Run } from '../../domain/run.ts';
import { told, user, type Text } from '../../domain/text.ts';
import type { Shown } from '../../ports/run-store.ts';
import { editOnce } from './edit-once.ts';
import { isOverButton } from './render/buttons.ts';
import { toldMessage } from './render/told-message.ts';
import { isEnd } from './thread-memory.ts';
import { decidedKey, endedKey, planKey } from './thread-replies.ts';
import { later, type View } from './view.ts';

/** Takes the buttons from an earlier reply, whose words the run does not have any more, and adds the note. */
export interface Stripping {
  readonly kind: 'strip';
  readonly key: string;
  readonly of: string;
  readonly note: Text;
}

const [ENDED, PLANNED] = [endedKey(''), planKey('')];

/**
 * Edits that take the buttons from ends and blocked plans once the run went on from them. The run has its newest end alone: what stands there is read from
 * Slack, and kept but for its buttons.
 */
export const leftBehind = (run: Run, shown: Shown['replies']): readonly Stripping[] =>
  Object.keys(shown)
    .filter((key) => isEnd(shown[key]) && isPast(run, key, shown))
    .map((of) => ({ kind: 'strip', key: `left-${of}`, of, note: wentOn(run) }));

const isPast = (run: Run, key: string, shown: Shown['replies']): boolean => {
  if ((run.retries ?? 0) === 0) return false;
  if (key.startsWith(ENDED)) return !isTerminal(run.state) || key !== endedKey(run.endedAt ?? '');
  if (!key.startsWith(PLANNED) || key.startsWith(`${PLANNED}file`)) return false;
  const plannedAt = key.slice(PLANNED.length);
  // A plan that was up for a decision is edited with it.
  return shown[decidedKey(plannedAt)] === undefined && (run.state !== 'blocked' || plannedAt !== run.plan?.plannedAt);
};

const wentOn = ({ retriedBy }: Run): Text =>
  retriedBy === undefined ? told`The run went on from here.` : told`${user(retriedBy.userId)} had it done again: what came of that stands below.`;

/** Takes the buttons of decisions that are over from one message of the run's thread. */
export const strip = async (view: View, ts: string, note: Text): Promise<void> => {
  const { ts: threadTs, channel } = view.memory.shown();
  const found = threadTs === undefined ? [] : await view.api.thread({ channel, threadTs });
  const message = found.find((one) => one.ts === ts);
  if (message !== undefined) await stripped(view, message, toldMessage(note));
};

type ThreadMessage = Awaited<ReturnType<View['api']['thread']>>[number];

const stripped = async (view: View, { ts, text, blocks }: ThreadMessage, note?: ReturnType<typeof toldMessage>): Promise<void> => {
  const kept = blocks.filter((block) => block.type !== 'actions');
  if (kept.length === blocks.length) return;
  const added = note?.blocks.map((block) => ({ ...block, block_id: 'went-on' })) ?? [];
  await editOnce(view, ts, { text: note === undefined ? text : `${text}\n${note.text}`, blocks: [...kept, ...added] }, false);
};

/** An edit whose answer was lost may be carried out so much later, milliseconds, and after a newer one. */
const LATE_MS = 30_000;

/**
 * After an edit whose answer was lost, and once Slack would have carried it out: looks at what really stands there, and takes away buttons that came back.
 * Returns when to come back.
 */
export const lookAgain = async (view: View): Promise<number | undefined> => {
  const { run, memory, now } = view;
  const { unsureAt, ts, channel } = memory.shown();
  if (unsureAt === undefined || ts === undefined || !isTerminal(run.state)) return undefined;
  const waitMs = Date.parse(unsureAt) + LATE_MS - Date.parse(now);
  if (waitMs > 0) return waitMs;
  for (const message of await view.api.thread({ channel, threadTs: ts }))
    if (message.blocks.some((block) => block.type === 'actions' && isOverButton(run, block))) await stripped(view, message);
  await memory.forget(['unsureAt']);
  return undefined;
};

/** Remembers that a message of the run may change yet without anybody's doing. */
export const keepUnsure = (view: View): Promise<void> => view.memory.keep({ unsureAt: later(view, 0) });
