import { parseArgs } from 'node:util';
import type { Fault } from './faults.ts';
import { play, type Played } from './play.ts';
import { shortest } from './shrink.ts';

const HELP = `npm run chaos -- [--runs N] [--seed N] [--seconds N] [--faults JSON] [--log]
  --runs N       stories, each from a seed of its own (default 100)
  --seed N       of the first; the next one is greater by one (default 1)
  --seconds N    no story is begun after so long
  --faults JSON  these faults and no others, as printed beside a violation
  --log          what the processes log, and when
`;

/** While one waits for Redis the others go on. */
const AT_ONCE = 6;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Plays the stories, a line for each violation with its shortest list of faults; ends with 1 when there was one. */
const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      seconds: { type: 'string', default: 'Infinity' },
      faults: { type: 'string' },
      log: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const [runs, first] = [Number(values.runs), Number(values.seed)];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(runs) || runs < 1)
    throw new Error('--seed and --runs are whole numbers, --runs 1 or more');
  const redisUrl = process.env['REDIS_URL'];
  if (redisUrl === undefined) throw new Error('REDIS_URL is not set; `npm run chaos` starts a Redis of its own');
  const faults = values.faults === undefined ? undefined : (JSON.parse(values.faults) as readonly Fault[]);
  const startedMs = performance.now();
  const planted: Fault[] = [];
  const told = { yes: 0, no: 0, unknown: 0, none: 0 };
  let broken = 0;
  let next = first;
  /** Story after story, in a database of Redis of its own. */
  const playAll = async (database: number): Promise<void> => {
    const own = { redisUrl: `${redisUrl}/${database}`, ...(values.log ? { print } : {}) };
    while (next < first + runs && performance.now() - startedMs < Number(values.seconds) * 1_000) {
      const seed = next;
      next += 1;
      const played = await play({ ...own, seed, ...(faults === undefined ? {} : { faults }) });
      planted.push(...played.planted);
      for (const entry of played.asked) told[entry.told] += 1;
      if (played.violations.length === 0) continue;
      broken += 1;
      tell(played, faults === undefined ? await shortest(played, (shorter) => play({ ...own, seed, faults: shorter })) : played);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, database) => playAll(database)));
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  print(
    `commands: ${Object.entries(told)
      .map(([outcome, count]) => `${count} told ${outcome}`)
      .join(', ')}`,
  );
  for (const [name, count] of distribution(planted)) print(`  ${String(count).padStart(5)} ${name}`);
  print(`${next - first} runs, ${planted.length} faults planted, ${broken} violations (${seconds} s)`);
  return broken === 0 ? 0 : 1;
};

const tell = (played: Played, least: Played): void => {
  print(`seed ${played.seed}: ${least.violations.join(' | ')}`);
  print(`  npm run chaos -- --seed ${played.seed} --runs 1 --faults '${JSON.stringify(least.faults)}'`);
};

const distribution = (planted: readonly Fault[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const { at, kind } of planted) for (const name of [`at ${at}`, `kind ${kind}`]) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
};

process.exit(await main());
