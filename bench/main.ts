import { parseArgs } from 'node:util';
import { createBench, type Measure } from './bench.ts';
import { describeMachine } from './machine.ts';
import type { Row } from './row.ts';
import { abuse } from './rows/abuse.ts';
import { ack } from './rows/ack.ts';
import { idle, memory, slackCalls } from './rows/after-deploy.ts';
import { approval } from './rows/approval.ts';
import { awaiting } from './rows/awaiting.ts';
import { clicks } from './rows/clicks.ts';
import { crash, stop } from './rows/crash.ts';
import { deploys } from './rows/deploy.ts';
import { diagnosis } from './rows/diagnosis.ts';
import { guide } from './rows/guide.ts';
import { largeFleet } from './rows/large-fleet.ts';
import { status } from './rows/status.ts';
import { tableOf } from './table.ts';

/** In this order: the first two leave the fleet untouched, `deploy` ends the lab that the ones before it share. */
const ROWS: Readonly<Record<string, Measure>> = {
  ack,
  approval,
  memory,
  slack: slackCalls,
  status,
  idle,
  deploy: deploys,
  guide,
  crash,
  stop,
  awaiting,
  large: largeFleet,
  abuse,
  diagnosis,
  clicks,
};

/** Slow enough that the stand-ins' own work is small beside what they wait for. */
const DEFAULT_SPEED = 1.5;

const DEFAULT_CLICKS = 1_000;
const DEFAULT_SEED = 1;

const HELP = `npm run bench -- [--speed N] [--count N] [--seed S] [row …]
  rows: ${Object.keys(ROWS).join(' ')} (default: all)
  --speed N   how much faster than real the stand-ins are (default ${DEFAULT_SPEED})
  --count N   of clicks: how many buttons are pressed (default ${DEFAULT_CLICKS})
  --seed S    of clicks: which ones, and by whom (default ${DEFAULT_SEED})
`;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** One row that cannot be measured does not cost the others. */
const unmeasured = (name: string, error: unknown): Row => ({
  what: name,
  aim: '',
  measured: 'could not be measured',
  met: false,
  note: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: {
      speed: { type: 'string', default: String(DEFAULT_SPEED) },
      count: { type: 'string', default: String(DEFAULT_CLICKS) },
      seed: { type: 'string', default: String(DEFAULT_SEED) },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => ROWS[name] === undefined);
  if (values.help || unknown.length > 0) {
    print(unknown.length > 0 ? `no row ${unknown.join(', ')}\n${HELP}` : HELP);
    return unknown.length > 0 ? 2 : 0;
  }
  const redisUrl = process.env['REDIS_URL'];
  if (redisUrl === undefined) throw new Error('REDIS_URL is not set: start with `npm run bench`');
  const wanted = Object.entries(ROWS).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  const bench = createBench({ redisUrl, speed: Number(values.speed), count: Number(values.count), seed: Number(values.seed) });
  const machine = describeMachine();
  const rows: Row[] = [];
  try {
    for (const [name, measure] of wanted) {
      const startedMs = performance.now();
      rows.push(...(await measure(bench).catch((error: unknown) => [unmeasured(name, error)])));
      print(`${name}: measured in ${Math.round((performance.now() - startedMs) / 1000)} s`);
    }
  } finally {
    await bench.closePair();
  }
  print(`\n${machine.machine}\n${machine.busy()}\n\n${tableOf(rows)}`);
  return rows.some(({ met }) => met === false) ? 1 : 0;
};

process.exitCode = await main();
