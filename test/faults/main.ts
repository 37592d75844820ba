import { parseArgs } from 'node:util';
import { openLaboratory } from './run.ts';
import { inTurns, SCENARIOS } from './scenarios/all.ts';

const HELP = `npm run faults -- [--quick] [--patience N] [--list] [--fleet stands|untouched] [word …]
  word        only scenarios whose name has all of the words
  --quick     only those that npm run test:long plays
  --fleet     only those that need a fleet on which nothing is installed, or one that stands
  --list      prints their names and runs none
  --patience N  seconds for which anything is waited for (default 300)
`;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the scenarios one after the other, a line for each; the exit code says whether all passed. */
const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: {
      quick: { type: 'boolean', default: false },
      fleet: { type: 'string' },
      list: { type: 'boolean', default: false },
      patience: { type: 'string', default: '300' },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const wanted = inTurns(
    SCENARIOS.filter(
      ({ name, quick, fleet }) =>
        (!values.quick || quick === true) && (values.fleet ?? fleet) === fleet && positionals.every((word) => name.includes(word)),
    ),
  );
  if (values.list) {
    for (const { name } of wanted) print(name);
    return 0;
  }
  const laboratory = openLaboratory(Number(values.patience) * 1_000);
  let failed = 0;
  const beganMs = performance.now();
  for (const scenario of wanted) {
    const startedMs = performance.now();
    const { name, checked, violations } = await laboratory.run(scenario);
    const took = secondsSince(startedMs);
    print(violations.length === 0 ? `ok    ${name} (${checked} invariants, ${took})` : `FAIL  ${name} (${took})`);
    for (const violation of violations) print(`        ${violation}`);
    if (violations.length > 0) failed += 1;
  }
  await laboratory.close();
  print(`\n${wanted.length - failed} passed, ${failed} failed in ${secondsSince(beganMs)}`);
  return failed === 0 && wanted.length > 0 ? 0 : 1;
};

const secondsSince = (startedMs: number): string => `${Math.round((performance.now() - startedMs) / 1_000)} s`;

process.exit(await main());
