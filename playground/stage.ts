import { CHANNEL, userIdOf } from './people.ts';
import type { Playground } from './playground.ts';
import { perform } from './switches.ts';
import type { FakeSlack, ShownMessage } from './slack/contract.ts';
import type { ScriptOptions, Stage } from './script/run.ts';

/** The playground's channel as a script sees it; a button is waited for at least `patienceSeconds`. */
export const stageOf = (playground: Playground, options: ScriptOptions = {}): Stage =>
  stageOfSlack(playground.slack, (action) => perform(playground, action), options);

/** The channel of a Slack, whatever the app in it is made of. Exported for tests. */
export const stageOfSlack = (slack: FakeSlack, fleet: Stage['fleet'], { patienceSeconds = 0 }: ScriptOptions = {}): Stage => {
  const buttonSeconds = Math.max(BUTTON_SECONDS, patienceSeconds);
  let changes = 0;
  slack.onChange(({ user, kind }) => {
    if (user === undefined && (kind === 'posted' || kind === 'edited')) changes += 1;
  });
  const text = ({ channel, ts }: ShownMessage): string => slack.messageText(channel, ts);
  const newestMessage = (): ShownMessage | undefined => slack.messages(CHANNEL).at(-1);
  const buttonNamed = (label: string) =>
    slack
      .messages(CHANNEL)
      .flatMap((message) => slack.thread(CHANNEL, message.ts))
      .toReversed()
      .flatMap((message) => buttonsOf(message).map((found) => ({ ...found, ts: message.ts })))
      .find((found) => found.label.toLowerCase() === label.toLowerCase());
  const told = (person: string): string[] =>
    slack
      .ephemerals(userIdOf(person))
      .filter(({ channel }) => channel === CHANNEL)
      .map(text);

  return {
    async command(person, line) {
      const outcome = await slack.actor(userIdOf(person)).command(CHANNEL, line);
      if (outcome.result !== 'acknowledged') throw new Error(outcome.shown);
    },
    async click(person, button) {
      const target = await appears(slack, buttonSeconds, () => buttonNamed(button));
      if (target === undefined) throw new Error(`there is no button ${button} to click`);
      const actor = slack.actor(userIdOf(person));
      const outcome = await actor.click(CHANNEL, target.ts, target.actionId);
      if (outcome.result !== 'acknowledged') throw new Error(outcome.shown);
      if (actor.view() !== undefined) await actor.submitView({});
    },
    newest: () => {
      const message = newestMessage();
      return message === undefined ? '' : slack.thread(CHANNEL, message.ts).map(text).join('\n');
    },
    newestCard: () => {
      const message = newestMessage();
      return message === undefined ? '' : text(message);
    },
    told,
    messages: () => slack.messages(CHANNEL).length,
    changes: () => changes,
    onChange: (listener) => slack.onChange(listener),
    fleet,
  };
};

/** A card is edited before its thread gets the buttons. */
const BUTTON_SECONDS = 5;

/** What `find` finds, as soon as it does; undefined when it did not in time. */
const appears = <T>(slack: FakeSlack, seconds: number, find: () => T | undefined): Promise<T | undefined> =>
  new Promise((resolve) => {
    const found = find();
    if (found !== undefined) return resolve(found);
    const end = (value: T | undefined): void => {
      clearTimeout(timer);
      stop();
      resolve(value);
    };
    const stop = slack.onChange(() => {
      const value = find();
      if (value !== undefined) end(value);
    });
    const timer = setTimeout(() => end(undefined), seconds * 1000);
  });

interface Button {
  readonly label: string;
  readonly actionId: string;
}

/** Buttons of a message, in the order in which they are read. */
const buttonsOf = (message: ShownMessage): Button[] =>
  message.blocks.flatMap((block) => {
    const elements = (block as { elements?: unknown }).elements;
    if (block.type !== 'actions' || !Array.isArray(elements)) return [];
    return (elements as { type: string; action_id?: string; text?: { text?: string } }[])
      .filter(({ type }) => type === 'button')
      .map(({ action_id: actionId = '', text }) => ({ label: text?.text ?? '', actionId }));
  });
