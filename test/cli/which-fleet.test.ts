import { expect, test } from 'vitest';
import { identifiedByAny } from '../../src/cli/identity.ts';
import { optionsIn, UsageError } from '../../src/cli/options.ts';
import { fleetOfLine } from '../../src/cli/which-fleet.ts';
import { testFleet } from '../support/fleet.ts';
import { memoryStore } from '../support/memory-store.ts';
import { queuedRun } from '../support/stored-run.ts';

const fleetOf = (name: string, ...databases: string[]) => ({ fleet: { ...testFleet, name }, databases: databases.map((each) => ({ name: each })) });
const two = [fleetOf('eu', 'postgres', 'orders'), fleetOf('us', 'postgres', 'billing')];

const store = memoryStore();
store.put(queuedRun('r1', { fleet: { ...testFleet, name: 'us' } }));
store.put(queuedRun('r2', { fleet: { ...testFleet, name: 'gone' } }));

/** Name of the fleet whose hub is asked who types, else the sentence. */
const meant = async (line: string, fleets = two): Promise<string> => {
  try {
    return (await fleetOfLine(optionsIn(line.split(' ')), fleets, store))?.fleet.name ?? 'none';
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
};

test.each([
  ['deploy orders', 'eu'],
  ['status postgres --fleet us', 'us'],
  ['explain billing', 'us'],
  ['approve r1 --plan 4f9c', 'us'],
  ['runs r1 --fleet us', 'us'],
  ['runs r1 --fleet eu', 'Run r1 is of fleet us, not of eu.'],
  ['cancel r2', 'none'],
  ['cancel r3', 'none'],
  ['runs', 'none'],
  ['runs --fleet eu', 'eu'],
  ['status', 'none'],
  [
    'verify postgres',
    'Several fleets have a database `postgres`. Say which: `pgdist verify postgres --fleet eu`, `pgdist verify postgres --fleet us`.',
  ],
  [
    'lock postgres it is moved',
    "Several fleets have a database `postgres`. Say which: `pgdist lock postgres 'it is moved' --fleet eu`, `pgdist lock postgres 'it is moved' --fleet us`.",
  ],
  ['pending', 'none'],
  ['mute billing 2h', 'us'],
  ['history orders', 'eu'],
  ['verify order', 'There is no database `order` in the fleets `eu`, `us`. Did you mean `orders`? `pgdist status` lists them all.'],
  ['deploy orders --fleet asia', 'There is no fleet `asia` here. There are `eu`, `us`.'],
])('of two fleets, %s is about: %s', async (line, outcome) => {
  expect(await meant(line)).toBe(outcome);
});

test.each(['deploy', 'runs', 'cancel r2', 'status postgres --fleet eu'])('with one fleet, %s is about that', async (line) => {
  expect(await meant(line, [two[0]!])).toBe('eu');
});

const people = (...users: string[]) => ({ terminalPeople: users.map((user) => ({ user, role: 'member' as const })) });

test('a hub that gives no answer does not keep another from saying who asks, and is asked no longer then', async () => {
  const ended = Promise.withResolvers<void>();
  const silent = (signal: AbortSignal): Promise<string> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        ended.resolve();
        reject(signal.reason as Error);
      });
    });
  const fleets = [
    { ...people('alice'), silent: true },
    { ...people('alice'), silent: false },
  ];
  const ask = (fleet: { silent: boolean }, signal: AbortSignal) => (fleet.silent ? silent(signal) : Promise.resolve('alice'));
  expect(await identifiedByAny(fleets, ask, new AbortController().signal)).toMatchObject({ userId: 'alice' });
  await ended.promise;
});

test('whoever is named for one fleet alone is let in by the word of its hub and of no other', async () => {
  const fleets = [
    { ...people('bob'), says: 'alice' },
    { ...people('alice'), says: 'mallory' },
  ];
  const ask = ({ says }: { says: string }) => Promise.resolve(says);
  await expect(identifiedByAny(fleets, ask, new AbortController().signal)).rejects.toThrow(
    'the hub knows you as `alice`, whom pgdist.yaml does not name',
  );
});
