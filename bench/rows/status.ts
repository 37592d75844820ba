import { setTimeout as delay } from 'node:timers/promises';
import { CHANNEL, userIdOf } from '../../playground/people.ts';
import { POSTS } from '../../src/adapters/slack/rates.ts';
import type { Measure } from '../bench.ts';
import type { Lab } from '../lab.ts';
import { percentile, told } from '../numbers.ts';
import { atMost } from '../row.ts';
import { quiet } from '../quiet.ts';

const HEALTHY = { samples: 60, limitMs: 1_000 };
const HANGING = { samples: 20, limitMs: 3_000 };
const PATIENCE_MS = 20_000;
/**
 * Slack takes one message a second in a channel, and pgdist keeps to fewer: who asks as often, or more often, measures how long answers wait for the ones before
 * them, and not how long they take.
 */
const APART_MS = (2 * POSTS.windowMs) / POSTS.most;

/** From the command leaving Slack to the answer being read in the channel. */
export const status: Measure = async (bench) => {
  await bench.deployed();
  const lab = await bench.pair();
  const [, hanging] = [...lab.fleet.apis.values()];
  if (hanging === undefined) throw new Error('the fleet has one cluster only');
  const healthy = await answers(lab, HEALTHY.samples, /is healthy/);
  hanging.faults.hanging = true;
  const silent = await answers(lab, HANGING.samples, /cannot be asked|does not answer|no answer/).finally(() => {
    hanging.faults.hanging = false;
  });
  const row = (what: string, limit: number, took: readonly number[], note: string) =>
    atMost({
      what,
      aim: `< ${limit / 1_000} s`,
      value: percentile(took, 95),
      limit,
      show: (p95) => `${told(p95)} (p50 ${told(percentile(took, 50))})`,
      note,
    });
  return [
    row(
      'status, healthy, p95',
      HEALTHY.limitMs,
      healthy,
      `${healthy.length} times, ${APART_MS} ms apart, to the answer in the channel; the slowest ${told(percentile(healthy, 100))}.`,
    ),
    row(
      'status, one cluster hangs, p95',
      HANGING.limitMs,
      silent,
      `${silent.length} times, with the chain; ${hanging.name} takes connections and never answers. The slowest ${told(percentile(silent, 100))}.`,
    ),
  ];
};

const answers = async (lab: Lab, count: number, wanted: RegExp): Promise<number[]> => {
  const took: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const [ms] = await Promise.all([answer(lab, wanted), delay(APART_MS)]);
    took.push(ms);
    await quiet(lab);
  }
  return took;
};

const answer = async ({ slack }: Lab, wanted: RegExp): Promise<number> => {
  const before = new Set(slack.messages(CHANNEL).map(({ ts }) => ts));
  const text = (): string =>
    slack
      .messages(CHANNEL)
      .filter(({ ts }) => !before.has(ts))
      .map(({ ts }) => slack.messageText(CHANNEL, ts))
      .join('\n');
  const { promise: answered, resolve, reject } = Promise.withResolvers<number>();
  const stop = slack.onChange(() => {
    if (wanted.test(text())) resolve(Date.now());
  });
  const timer = setTimeout(() => reject(new Error(`status was answered with: ${text()}`)), PATIENCE_MS);
  try {
    await slack.actor(userIdOf('alice')).command(CHANNEL, '/pgdist status postgres');
    const sentAt = slack.deliveries.findLast(({ kind }) => kind === 'slash_commands')?.sentAt;
    return (await answered) - (sentAt?.getTime() ?? 0);
  } finally {
    clearTimeout(timer);
    stop();
  }
};
