import { expect, test } from 'vitest';
import { INSTEAD } from '../../src/command/instead.ts';
import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import type { Database } from '../../src/domain/database.ts';
import type { Freeze } from '../../src/domain/freeze.ts';
import { UserError } from '../../src/domain/problem.ts';
import type { Run } from '../../src/domain/run.ts';
import { sourceOf } from '../../src/domain/text.ts';
import { createRunsOfFleets } from '../../src/runs/runs-of-fleets.ts';
import type { RunPolicy } from '../../src/runs/use-case.ts';
import { alice, database, fleet } from '../adapters/slack/fixtures.ts';
import { keptLog } from '../adapters/slack/workspace.ts';
import { memoryStore } from '../support/memory-store.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { everybody } from '../support/people.ts';
import { systemClock } from '../support/system-clock.ts';

const commands = await loadCommands();
const COMMON = 'C0COMMON';

const policy = (name: string, databases: readonly string[]): RunPolicy => ({
  fleet: { ...fleet, name },
  databases: databases.map((each): Database => ({ ...database, name: each })),
  slack: { channels: [COMMON, `C0${name.toUpperCase()}`], approvers: ['U0ALICE'], admins: [], requesterMayApprove: true },
  approvalTimeoutMs: 1_800_000,
});

/** The real interpreter over the real use cases of these fleets. */
const typing = (fleets: readonly [RunPolicy, ...RunPolicy[]]) => {
  const store = memoryStore();
  let ids = 0;
  const { all, of } = createRunsOfFleets(
    {
      store,
      watches: memoryWatches(),
      preferences: memoryPeople().preferences,
      queue: { add: async () => undefined, report: async () => undefined, has: async () => true },
      people: everybody,
      clock: systemClock,
      random: { number: () => 0.5, id: () => String((ids += 1)) },
      log: keptLog(),
    },
    fleets,
  );
  const answer = createInterpreter({
    runs: all,
    commands,
    fleets: fleets.map((each) => ({ ...each, channels: each.slack.channels, runs: of(each.fleet.name) })),
  });
  /** What was started, as 'kind database on fleet', else the sentence. */
  return async (text: string, channel = COMMON): Promise<string> => {
    const before = await store.list(100);
    try {
      const told = sourceOf((await answer(text, { way: 'command', by: alice, channel, idempotencyKey: `t${(ids += 1)}` })).text);
      const [started] = (await store.list(100)).filter((run: Run) => !before.some(({ id }) => id === run.id));
      return started === undefined ? told : `${started.kind} ${started.database.name} on ${started.fleet.name}`;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message;
    }
  };
};

const two: readonly [RunPolicy, RunPolicy] = [policy('eu', ['postgres', 'orders']), policy('us', ['postgres', 'billing'])];

test.each([
  ['deploy orders', 'deploy orders on eu'],
  ['status billing', 'status billing on us'],
  ['deploy postgres --fleet us', 'deploy postgres on us'],
  ['deploy postgres --fleet=eu', 'deploy postgres on eu'],
  ['deploy --fleet US postgres', 'deploy postgres on us'],
  ['--fleet us verify postgres', 'verify postgres on us'],
  ['status postgres —fleet us --private', 'status postgres on us'],
  ['bundle postgres --fleet us', 'bundle postgres on us'],
  ['explain billing', 'verify billing on us'],
  [
    'deploy postgres',
    'Several fleets have a database `postgres`. Say which: `/pgdist deploy postgres --fleet eu`, `/pgdist deploy postgres --fleet us`.',
  ],
  [
    'explain postgres',
    'Several fleets have a database `postgres`. Say which: `/pgdist explain postgres --fleet eu`, `/pgdist explain postgres --fleet us`.',
  ],
  [
    'mute postgres 2h upgrade of the network',
    'Several fleets have a database `postgres`. Say which: `/pgdist mute postgres 2h upgrade of the network --fleet eu`, `/pgdist mute postgres 2h upgrade of the network --fleet us`.',
  ],
  [
    'deploy',
    'Say which database: `/pgdist deploy postgres --fleet eu`, `/pgdist deploy orders`, `/pgdist deploy postgres --fleet us`, `/pgdist deploy billing`.',
  ],
  ['deploy --fleet us', 'Say which database: `/pgdist deploy postgres --fleet us`, `/pgdist deploy billing`.'],
  ['deploy order', 'There is no database `order` in the fleets `eu`, `us`. Did you mean `orders`? `/pgdist status` lists them all.'],
  ['deploy billing --fleet eu', 'There is no database `billing` in this fleet. `/pgdist status` lists them all.'],
  ['deploy orders --fleet uss', 'There is no fleet `uss` here. Did you mean `us`? There are `eu`, `us`.'],
  ['status --fleet', 'Say which fleet behind `--fleet`. There are `eu`, `us`.'],
])('of two fleets that share a name, %s is: %s', async (text, outcome) => {
  expect(await typing(two)(text)).toBe(outcome);
});

test('status without a name lists the databases of all fleets, each with how to ask', async () => {
  expect((await typing(two)('status')).split('\n').map((line) => line.split(' · ')[0])).toEqual([
    'Fleet **eu** has 2 databases. Ask for one: `/pgdist status <database> --fleet eu`',
    '`postgres`',
    '`orders`',
    'Fleet **us** has 2 databases. Ask for one: `/pgdist status <database> --fleet us`',
    '`postgres`',
    '`billing`',
  ]);
});

test('in a channel of one fleet that one is meant', async () => {
  const typed = typing(two);
  expect(await typed('deploy postgres', 'C0US')).toBe('deploy postgres on us');
  expect(await typed('deploy orders', 'C0US')).toContain('There is no database `orders` in this fleet');
  expect(await typed('deploy postgres --fleet eu', 'C0US')).toBe('There is no fleet `eu` here. The only one is `us`.');
});

test('a channel of no fleet is told all in which pgdist works', async () => {
  expect(await typing(two)('status', 'C0ELSE')).toBe(
    'Nothing was accepted: pgdist works in {channel:C0COMMON}, {channel:C0EU}, {channel:C0US} only, so that everybody concerned sees what happens.',
  );
});

test('the only database of two fleets needs no name', async () => {
  expect(await typing([policy('eu', []), policy('us', ['billing'])])('plan')).toBe('plan billing on us');
});

test.each([
  ['plan', 'plan postgres on demo'],
  ['deploy postgres --fleet demo', 'deploy postgres on demo'],
  ['deploy postgres --fleet prod', 'There is no fleet `prod` here. The only one is `demo`.'],
])('with one fleet the option is taken and not needed: %s', async (text, outcome) => {
  expect(await typing([policy('demo', ['postgres'])])(text)).toBe(outcome);
});

test('help names every fleet and the option, runs lists what was asked for on all of them and on one', async () => {
  const typed = typing(two);
  expect(await typed('help')).toContain('over the clusters of fleet **us**');
  expect(await typed('help')).toContain('`postgres --fleet us`, `billing`. `--fleet <name>` behind any command names a fleet.');
  await typed('status orders');
  await typed('status billing');
  expect(await typed('runs')).toMatch(
    /^Last 2 runs on fleets \*\*eu\*\*, \*\*us\*\*, newest first:\n.*status billing on us.*\n.*status orders on eu/,
  );
  expect(await typed('runs --fleet us')).toMatch(/^The only run on fleet \*\*us\*\*:\n[^\n]*status billing ·[^\n]*\nWhether/);
});

/** A line about the database that both have, without a fleet. */
const BARE = /\/pgdist (?:deploy|plan|status|verify|explain|history|bundle|mute|unmute|lock|unlock) postgres(?![\w-]| --fleet| [^`]* --fleet)/;

test('whatever is answered, no line about a name that two fleets have is without a fleet', async () => {
  const frozen = { name: 'Always', verbs: ['deploy'], databases: [], clusters: [], timeZone: 'UTC', weekdays: [] } as unknown as Freeze;
  const both = policy('eu', ['postgres']);
  const fleets = [both, { ...policy('us', ['postgres']), slack: { ...both.slack, channels: [COMMON], freezes: [frozen] } }] as const;
  const typed = typing(fleets);
  const words = INSTEAD.flatMap(([of]) => of.split(' '));
  const lines = [
    ...words,
    ...words.map((word) => `${word} postgres`),
    ...commands.flatMap(({ name }) => [
      name,
      `help ${name}`,
      `${name} postgres`,
      `${name} postgres --fleet us`,
      `${name} postgres --fleet us 2h why`,
    ]),
    ...['postgres', 'postgres --fleet us', 'deply postgres', 'deploy postgre', 'deploy postgres --dry-run', 'lock postgres --fleet us it moves'],
    ...[
      'deploy postgres --fleet us',
      'status',
      'pending',
      'unlock postgres --fleet us done',
      'deploy postgres --fleet us',
      'explain r1',
      'deploy --fleet us',
    ],
  ];
  const answers: string[] = [];
  for (const line of lines) answers.push(await typed(line));
  expect(answers.filter((answer) => BARE.test(answer))).toEqual([]);
  expect(answers.filter((answer) => answer.includes('--fleet us')).length).toBeGreaterThan(30);
  expect(answers.join('\n')).toContain('`/pgdist unlock postgres --fleet us <reason>` ends');
});
