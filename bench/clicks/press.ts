import { CHANNEL, userIdOf } from '../../playground/people.ts';
import type { Outcome } from '../../playground/slack/contract.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { ClicksLab } from './lab.ts';

/** How its person saw an answer: the message changed under the finger, a form, a message to them alone, or Slack's own error. */
type Way = 'message' | 'form' | 'private' | 'slack' | 'none';

/** One press of a button, and what its person saw. */
export interface Press {
  readonly kind: string;
  readonly person: string;
  readonly action: string;
  /** Whose button it is; undefined for a button that names no run. */
  readonly runId: string | undefined;
  readonly way: Way;
  /** From the press to the first answer, milliseconds. */
  readonly answeredMs: number;
  /** All that its person was told alone until it was quiet. */
  readonly told: readonly string[];
  readonly outcome: Outcome['result'] | 'gone';
}

export interface Target {
  readonly ts: string;
  readonly action: string;
  readonly runId?: string | undefined;
  readonly blockId?: string;
  readonly value?: string;
}

/** Longer than anybody looks for an answer. */
const PATIENCE_MS = 8_000;
/** What is told as still being looked at is followed by what came of it. */
const FOLLOWED = /What came of it is told here/;

/** Presses, and waits until its person sees what came of it, or would have given up. */
export const press = async (lab: ClicksLab, kind: string, person: string, { ts, action, runId, ...options }: Target): Promise<Press> => {
  const { slack } = lab;
  const user = userIdOf(person);
  const before = new Set(slack.ephemerals(user).map((message) => message.ts));
  const atMs = performance.now();
  const first = Promise.withResolvers<{ readonly way: Way; readonly atMs: number }>();
  const told = (): string[] =>
    slack
      .ephemerals(user)
      .filter((message) => !before.has(message.ts))
      .map((message) => message.text);
  let isReplaced = false;
  const stop = slack.onChange((change) => {
    const now = performance.now();
    if (change.kind === 'view' && change.user === user) first.resolve({ way: 'form', atMs: now });
    if (change.user === user && (change.kind === 'posted' || change.kind === 'edited')) {
      if (change.kind === 'edited') isReplaced = true;
      const text = change.ts === undefined ? '' : slack.messageText(CHANNEL, change.ts);
      first.resolve({ way: /failed with the error/.test(text) ? 'slack' : 'private', atMs: now });
    }
    if (change.kind === 'edited' && change.ts === ts && !hasButton(lab, ts, action)) first.resolve({ way: 'message', atMs: now });
  });
  try {
    const outcome = await slack
      .actor(user)
      .click(CHANNEL, ts, action, options)
      .then(
        ({ result }) => result,
        () => 'gone' as const,
      );
    if (outcome !== 'acknowledged') first.resolve({ way: outcome === 'gone' ? 'none' : 'slack', atMs: performance.now() });
    const seen = await Promise.race([first.promise, systemClock.sleep(PATIENCE_MS).then(() => ({ way: 'none' as const, atMs: performance.now() }))]);
    const untilMs = performance.now() + PATIENCE_MS;
    while (told().length > 0 && FOLLOWED.test(told().at(-1) ?? '') && performance.now() < untilMs) await systemClock.sleep(50);
    const replaced = isReplaced ? slack.ephemerals(user).filter((message) => message.ts === ts) : [];
    return {
      kind,
      person,
      action,
      runId,
      way: seen.way,
      answeredMs: seen.atMs - atMs,
      told: [...told(), ...replaced.map(({ text }) => text)],
      outcome,
    };
  } finally {
    stop();
  }
};

const hasButton = ({ slack }: ClicksLab, ts: string, action: string): boolean =>
  slack.thread(CHANNEL, ts).some((message) => message.ts === ts && buttonsOf(message.blocks).some((button) => button.action === action));

export interface ShownButton {
  readonly action: string;
  readonly blockId: string;
  readonly value: string;
}

/** Buttons that a message shows now. */
export const buttonsOf = (blocks: readonly { readonly type: string }[]): readonly ShownButton[] =>
  blocks.flatMap((block) => {
    if (block.type !== 'actions') return [];
    const { elements, block_id: blockId } = block as unknown as {
      readonly elements: readonly { readonly action_id: string; readonly value?: string }[];
      readonly block_id: string;
    };
    return elements.map(({ action_id: action, value = '' }) => ({ action, blockId, value }));
  });
