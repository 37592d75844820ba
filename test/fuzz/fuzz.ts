import { commands } from './commands.ts';
import { configurations } from './configurations.ts';
import { createDice } from './dice.ts';
import { frames, requests } from './envelopes.ts';
import { minimise } from './minimise.ts';
import type { Input, Part } from './part.ts';
import { openTarget } from './target.ts';

export interface Breach {
  readonly what: string;
  /** Already shortened. */
  readonly input: Input;
}

export interface Summary {
  readonly seed: number;
  readonly count: number;
  readonly byPart: Readonly<Record<string, number>>;
  /** By the clock, and by the processor, which tells the same on a busy machine. */
  readonly worst: { readonly ms: number; readonly processorMs: number; readonly input: Input };
  /** The longest by the processor. */
  readonly worstProcessorMs: number;
  /** Inputs that took longer than 100 ms. */
  readonly slow: number;
  readonly breaches: readonly Breach[];
}

export const SLOW_MS = 100;
const MOST_BREACHES = 5;

/** More than Slack leaves an app for its answer: what takes longer hangs, and is a finding. */
const PATIENCE_MS = 5_000;

/** Gives `count` inputs made from the seed to the product and says what broke. Redis is used under a prefix of its own. */
export const fuzz = async ({
  seed,
  count,
  redisUrl,
}: {
  readonly seed: number;
  readonly count: number;
  readonly redisUrl: string;
}): Promise<Summary> => {
  await using started = new AsyncDisposableStack();
  const target = await openTarget(redisUrl, PATIENCE_MS);
  started.defer(() => target.close());
  const unhandled: string[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(String(error));
  process.on('unhandledRejection', onUnhandled);
  started.defer(() => void process.off('unhandledRejection', onUnhandled));

  const parts: Readonly<Record<string, Part>> = Object.fromEntries(
    [commands(target), requests(target), frames(target), configurations()].map((part) => [part.name, part]),
  );
  const give = async (input: Input): Promise<{ readonly breach?: string | undefined; readonly ms: number }> => {
    const { breach, ms } = await parts[input.part]!.give(input).catch((error: unknown) => ({ breach: String(error), ms: 0 }));
    // Node tells of a rejection that nobody handled after the microtasks of the turn.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const [first] = [
      ...unhandled.splice(0).map((error) => `unhandled rejection: ${error}`),
      ...target.failures.splice(0).map((error) => `logged as a bug: ${error}`),
    ];
    return { breach: breach ?? first, ms };
  };

  const dice = createDice(seed);
  const byPart: Record<string, number> = {};
  const breaches: Breach[] = [];
  let worst: Summary['worst'] | undefined;
  let worstProcessorMs = 0;
  let slow = 0;
  let given = 0;
  // The first of each kind pays for what is compiled and loaded.
  for (const part of Object.values(parts)) for (let warm = 0; warm < 5; warm += 1) await give(part.make(createDice(warm)));
  while (given < count && breaches.length < MOST_BREACHES) {
    const part = parts[dice.pick(['command', 'http', 'socket', 'configuration', 'configuration'])]!;
    const input = part.make(dice);
    const from = process.cpuUsage();
    const { breach, ms } = await give(input);
    const used = process.cpuUsage(from);
    const processorMs = (used.user + used.system) / 1000;
    worstProcessorMs = Math.max(worstProcessorMs, processorMs);
    given += 1;
    byPart[part.name] = (byPart[part.name] ?? 0) + 1;
    if (ms > SLOW_MS) slow += 1;
    if (worst === undefined || ms > worst.ms) worst = { ms, processorMs, input };
    if (breach === undefined) continue;
    await target.reset();
    const text = await minimise(input.text, async (shorter) => (await give({ ...input, text: shorter })).breach !== undefined);
    breaches.push({ what: breach, input: { ...input, text } });
    await target.reset();
  }
  if (worst === undefined) throw new Error('count must be 1 or more');
  return { seed, count: given, byPart, worst, worstProcessorMs, slow, breaches };
};

export const inputText = ({ part, text, with: details }: Input): string =>
  `${part} ${JSON.stringify(details)} ${JSON.stringify(text.length > 500 ? `${text.slice(0, 500)}… (${text.length} characters)` : text)}`;
