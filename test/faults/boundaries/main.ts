import { parseArgs } from 'node:util';
import { titleOf, type Strike } from './boundary.ts';
import { recordDeploy, strikeDeploy } from './deploy.ts';
import { strikesOf, worthKilling } from './record.ts';

const HELP = `npm run faults:boundaries -- [--kills N] [--every K] [--from I] [--count N] [--skip N] [--kind KIND] [--list] [--patience N]
  --kills N   boundaries of one deploy, spread over all of it (default 4: a run is given up after five crashes in one step)
  --every K   only every K-th boundary (default 1), from the I-th on (default 0), so many of them
  --skip N    without the first N deploys: those that were made before, with the same options
  --kind KIND write, read, tool, redis or slack alone
  --list      records one deploy, prints its boundaries and kills nobody
`;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Kills the process right before and right after everything that leaves it in a deploy; each deploy has to end as the one that nobody disturbed. */
const main = async (): Promise<number> => {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      kills: { type: 'string', default: '4' },
      every: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      count: { type: 'string', default: 'Infinity' },
      skip: { type: 'string', default: '0' },
      kind: { type: 'string' },
      list: { type: 'boolean', default: false },
      patience: { type: 'string', default: '600' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const patienceMs = Number(values.patience) * 1_000;
  const { boundaries, picture } = await recordDeploy(patienceMs);
  const all = strikesOf(worthKilling(boundaries)).filter(({ boundary }) => (values.kind ?? boundary.kind) === boundary.kind);
  print(`one deploy crosses ${boundaries.length} boundaries; ${all.length} kills, before and after: ${countsOf(all)}`);
  if (values.list) {
    for (const strike of all) print(titleOf(strike));
    return 0;
  }
  const from = Number(values.from);
  const chosen = all.filter((_, at) => at >= from && (at - from) % Number(values.every) === 0).slice(0, Number(values.count));
  let struck = 0;
  let failed = 0;
  const missed: Strike[] = [];
  for (const group of groupsOf(chosen, Number(values.kills)).slice(Number(values.skip))) {
    const startedMs = performance.now();
    const deploy = await strikeDeploy(group, picture, patienceMs);
    struck += deploy.struck.length;
    missed.push(...group.filter((strike) => !deploy.struck.includes(strike)));
    const took = `${Math.round((performance.now() - startedMs) / 1_000)} s`;
    print(`${deploy.violations.length === 0 ? 'ok   ' : 'FAIL '} ${deploy.struck.length} kills in one deploy (${took})`);
    for (const violation of deploy.violations) print(`        ${violation}`);
    if (deploy.violations.length > 0) failed += 1;
  }
  for (const strike of missed) print(`did not come: ${titleOf(strike)}`);
  print(`\nkilled at ${struck} of ${all.length} boundaries, ${missed.length} did not come again, ${failed} deploys ended otherwise`);
  return failed === 0 && struck > 0 ? 0 : 1;
};

const countsOf = (strikes: readonly Strike[]): string => {
  const counts = new Map<string, number>();
  for (const { boundary } of strikes) counts.set(boundary.kind, (counts.get(boundary.kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
};

/** Each group is spread over the whole deploy, so that it gets further between two kills. */
const groupsOf = (strikes: readonly Strike[], size: number): readonly (readonly Strike[])[] => {
  const count = Math.ceil(strikes.length / size);
  return Array.from({ length: count }, (_, group) => strikes.filter((_strike, at) => at % count === group));
};

process.exit(await main());
