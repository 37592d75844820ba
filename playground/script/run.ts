import { parseScript, type ScriptLine } from './parse.ts';

/** What a script acts on: a channel with people in it, and a fleet with switches. Texts are what a person would read. */
export interface Stage {
  /** Runs a slash command as a person. Resolves when the app answered or Slack gave up. */
  command(person: string, text: string): Promise<void>;
  /** Clicks the newest button with this label; rejects when there is none. */
  click(person: string, button: string): Promise<void>;
  /** Newest message of the channel with its thread, as text; '' when there is none. */
  newest(): string;
  /** Newest message alone, as text. */
  newestCard(): string;
  /** What this person alone has been told so far, oldest first. */
  told(person: string): readonly string[];
  /** Number of messages in the channel, threads not counted. */
  messages(): number;
  /** Number that grows with every visible change. */
  changes(): number;
  /** Calls back after each change until the returned function is called. */
  onChange(listener: () => void): () => void;
  fleet(action: string): Promise<void>;
}

/** How a script ended. Exported for tests. */
export interface ScriptResult {
  readonly failed: { readonly line: ScriptLine; readonly reason: string } | undefined;
}

/** States that a card can end in, or ask in, as its words. */
const RESTING = [
  'waiting for approval',
  'succeeded',
  'failed',
  'blocked',
  'cancelled',
  'rejected',
  'expired',
  'superseded',
  'no longer fits',
  'is healthy',
  'needs a look',
];
const ACCEPT_SECONDS = 10;
const EXPECT_SECONDS = 10;

export interface ScriptOptions {
  /** Every line waits at least so long for what it wants, whatever it says itself, and a status is asked for again; 0 unless given. For a machine that is busy. */
  readonly patienceSeconds?: number;
}

/** Runs a script line by line; ends at the first line that did not get what it expected. */
export const runScript = async (
  source: string,
  given: Stage,
  report: (text: string) => void,
  { patienceSeconds = 0 }: ScriptOptions = {},
): Promise<ScriptResult> => {
  const stage: PatientStage = { ...given, patienceSeconds };
  const lines = parseScript(source);
  const toldBefore = new Map<string, number>();
  let question: Question | undefined;
  let leaving: string | undefined;
  for (const [index, line] of lines.entries()) {
    report(`> ${line.text}`);
    if (line.kind !== 'expect') question = line.kind === 'command' && /^\S+\s+status\b/.test(line.command) ? line : undefined;
    if (line.kind === 'command') leaving = undefined;
    if (line.kind === 'click') leaving = titleOf(stage);
    const reason = await perform(line, lines[index + 1], stage, { toldBefore, question, leaving }).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (reason !== undefined) return { failed: { line, reason } };
  }
  return { failed: undefined };
};

type PatientStage = Stage & Required<ScriptOptions>;
/** A command whose answer says how things are now, and stays as it is. */
type Question = ScriptLine & { kind: 'command' };

/** What earlier lines left for this one. */
interface Before {
  /** By person: how much they had been told before their last line. */
  readonly toldBefore: Map<string, number>;
  readonly question: Question | undefined;
  /** Title of the card that was clicked on: what it said before the click is no end of what the click began. */
  readonly leaving: string | undefined;
}

/** Why the line failed, undefined when it got what it expected. */
const perform = async (
  line: ScriptLine,
  next: ScriptLine | undefined,
  stage: PatientStage,
  { toldBefore, question, leaving }: Before,
): Promise<string | undefined> => {
  switch (line.kind) {
    case 'command':
    case 'click': {
      const before = { told: stage.told(line.person).length, messages: stage.messages(), changes: stage.changes() };
      toldBefore.set(line.person, before.told);
      await (line.kind === 'command' ? stage.command(line.person, line.command) : stage.click(line.person, line.button));
      return next?.kind === 'expect-private' ? undefined : refusal(line, stage, before);
    }
    case 'expect-private': {
      const heard = (): string =>
        stage
          .told(line.person)
          .slice(toldBefore.get(line.person) ?? 0)
          .join('\n');
      const seen = await until(stage, EXPECT_SECONDS, () => contains(heard(), line.wanted));
      return seen ? undefined : `${line.person} was told ${heard() === '' ? 'nothing' : `"${heard()}"`}`;
    }
    case 'expect': {
      const seen = await (question === undefined ? sees(line.wanted, stage) : answers(question, line.wanted, stage));
      return seen ? undefined : `the newest message and its thread do not say "${line.wanted}"`;
    }
    case 'wait':
      return waitFor(line, stage, leaving);
    case 'fleet':
      await stage.fleet(line.action);
      return undefined;
  }
};

const sees = (wanted: string, stage: PatientStage): Promise<boolean> => until(stage, EXPECT_SECONDS, () => contains(stage.newest(), wanted));

/** With patience the question is asked again: a cluster that a busy machine kept from answering in time is told as not answering, once and for all. */
const answers = async (question: Question, wanted: string, stage: PatientStage): Promise<boolean> => {
  for (let leftSeconds = stage.patienceSeconds; ; leftSeconds -= EXPECT_SECONDS) {
    if (await sees(wanted, { ...stage, patienceSeconds: 0 })) return true;
    if (leftSeconds <= 0) return false;
    await stage.command(question.person, question.command);
  }
};

/**
 * An act is accepted when something comes of it: a new message in the channel, a change of one for a click and for cancel, the answer for help, runs and what is asked
 * in private. Words to the person alone are no refusal by themselves: what was done may be told there before a message shows it.
 */
const refusal = async (
  line: ScriptLine & { kind: 'command' | 'click' },
  stage: PatientStage,
  before: { told: number; messages: number; changes: number },
): Promise<string | undefined> => {
  const told = (): readonly string[] => stage.told(line.person).slice(before.told);
  const answers = line.kind === 'command' && /^\/\S+\s+(help|runs)\b|\s--private\b/.test(line.command);
  if (answers) return (await until(stage, ACCEPT_SECONDS, () => told().length > 0)) ? undefined : 'nothing was answered';
  const shows = line.kind === 'click' || /^\/\S+\s+cancel\b/.test(line.command) ? 'changes' : 'messages';
  if (await until(stage, ACCEPT_SECONDS, () => stage[shows]() > before[shows])) return undefined;
  return `nothing came of it; ${line.person} was told "${told().join('\n')}"`;
};

/** Author and title of the newest card: further down it tells what it waits for, in the words of others. */
const titleOf = (stage: Stage): string => stage.newestCard().split('\n').slice(0, 2).join('\n');

const waitFor = async (
  { state, seconds }: { state: string | undefined; seconds: number },
  stage: PatientStage,
  leaving: string | undefined,
): Promise<string | undefined> => {
  const title = (): string => titleOf(stage);
  const resting = (): string | undefined => RESTING.find((word) => contains(title(), word));
  const done = (): boolean => (state === undefined ? resting() !== undefined : contains(title(), state));
  let hasLeft = false;
  const wrongEnd = (): boolean => {
    hasLeft ||= title() !== leaving;
    return hasLeft && state !== undefined && !done() && resting() !== undefined && resting() !== 'waiting for approval';
  };
  await until(stage, seconds, () => done() || wrongEnd());
  if (done()) return undefined;
  return `the card says "${title()}" ${wrongEnd() ? 'instead' : `after ${Math.max(seconds, stage.patienceSeconds)} s`}`;
};

const contains = (text: string, wanted: string): boolean => text.toLowerCase().includes(wanted.toLowerCase());

/** True as soon as the condition holds after a change, false when it did not in time. */
const until = (stage: PatientStage, seconds: number, condition: () => boolean): Promise<boolean> =>
  new Promise((resolve) => {
    if (condition()) return resolve(true);
    const end = (held: boolean): void => {
      clearTimeout(timer);
      stop();
      resolve(held);
    };
    const stop = stage.onChange(() => {
      if (condition()) end(true);
    });
    const timer = setTimeout(() => end(condition()), Math.max(seconds, stage.patienceSeconds) * 1000);
  });
