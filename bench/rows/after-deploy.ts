import { setTimeout as delay } from 'node:timers/promises';
import type { Measure } from '../bench.ts';
import { record } from '../recorder.ts';
import { atMost } from '../row.ts';
import { quiet } from '../quiet.ts';

const MOST_MB = 200;
const MOST_CALLS = 40;
const IDLE_MS = 20_000;

/** What bot and worker keep in memory once a deploy has ended. */
export const memory: Measure = async (bench) => {
  const { memoryMb } = await bench.deployed();
  return (['bot', 'worker'] as const).map((name) =>
    atMost({
      what: `resident memory of the ${name} after a deploy`,
      aim: `< ${MOST_MB} MB`,
      value: memoryMb[name],
      limit: MOST_MB,
      show: (mb) => `${Math.round(mb)} MB`,
    }),
  );
};

/** Calls of Slack's Web API from the command to the end of the run. */
export const slackCalls: Measure = async (bench) => {
  const { slackCalls: calls } = await bench.deployed();
  return [atMost({ what: 'Slack calls of a deploy', aim: `≤ ${MOST_CALLS}`, value: calls, limit: MOST_CALLS, show: String })];
};

/** Requests that pgdist sends to clusters while nobody asks for anything. */
export const idle: Measure = async (bench) => {
  await bench.deployed();
  const lab = await bench.pair();
  await quiet(lab);
  const recording = record(lab.fleet);
  await delay(IDLE_MS);
  recording.stop();
  const perMinute = (recording.requests.filter(({ userAgent }) => userAgent === 'pgdist').length * 60_000) / IDLE_MS;
  return [atMost({ what: 'API requests a minute when idle', aim: '0', value: perMinute, limit: 0, show: String })];
};
