import { parseArgs } from 'node:util';
import { nameOf, runScenario } from './run.ts';
import { DEPLOYS } from './scenarios/deploys.ts';

const HELP = `npm run faults -- [--quick] [--patience N] [word …]
  word        only scenarios whose name has all of the words
  --quick     only those that npm test runs
  --patience N  seconds for which anything is waited for (default 300)
`;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the scenarios one after the other, a line for each; the exit code says whether all passed. */
const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: { quick: { type: 'boolean', default: false }, patience: { type: 'string', default: '300' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const wanted = DEPLOYS.filter(
    (scenario) => (!values.quick || scenario.quick === true) && positionals.every((word) => nameOf(scenario).includes(word)),
  );
  let failed = 0;
  for (const scenario of wanted) {
    const startedMs = performance.now();
    const { name, checked, violations } = await runScenario(scenario, Number(values.patience) * 1_000);
    const took = `${Math.round((performance.now() - startedMs) / 1_000)} s`;
    print(violations.length === 0 ? `ok    ${name} (${checked} invariants, ${took})` : `FAIL  ${name} (${took})`);
    for (const violation of violations) print(`        ${violation}`);
    if (violations.length > 0) failed += 1;
  }
  print(`\n${wanted.length - failed} passed, ${failed} failed`);
  return failed === 0 && wanted.length > 0 ? 0 : 1;
};

process.exit(await main());
