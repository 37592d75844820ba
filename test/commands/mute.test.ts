import { expect, test } from 'vitest';
import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import { sourceOf } from '../../src/domain/text.ts';
import { alice, bob, NOW, openBench } from '../runs/bench.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';

const commands = await loadCommands();
const OF = { fleet: testFleet.name, database: testDatabase.name };

const typing = () => {
  const { runs, watches } = openBench();
  const answer = createInterpreter({ runs, commands, fleets: [{ fleet: testFleet, databases: [testDatabase] }] });
  let keys = 0;
  return {
    watches,
    type: async (text: string, by = bob) =>
      sourceOf((await answer(text, { way: 'command', by, channel: 'C0DB', idempotencyKey: `k${(keys += 1)}` })).text),
  };
};

test.each([
  ['mute postgres 30m', 30, undefined],
  ['mute postgres 2h upgrade of the nodes', 120, 'upgrade of the nodes'],
  ['MUTE Postgres 1H30M Upgrade --really', 90, 'Upgrade --really'],
  ['mute postgres 7d', 10_080, undefined],
])('%s mutes until then, and a look comes at once', async (line, minutes, reason) => {
  const { watches, type } = typing();
  const until = new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
  const reply = await type(line);
  expect(reply).toContain(`are muted until {time:${until}}`);
  expect(reply).toContain('A danger is told all the same');
  expect(await watches.muted(OF)).toEqual({ by: bob, at: NOW, until, ...(reason === undefined ? {} : { reason }) });
  expect(await watches.due(new Date(NOW))).toEqual([OF]);
});

test('a mute is ended by unmute, by off, and told where there is none', async () => {
  const { watches, type } = typing();
  for (const line of ['unmute postgres', 'mute postgres off']) {
    await type('mute postgres 2h');
    expect(await type(line)).toContain('is not muted any more');
    expect(await watches.muted(OF)).toBeUndefined();
  }
  expect(await type('unmute postgres')).toContain('was not muted');
});

test.each([
  ['mute postgres', 'Say which duration.'],
  ['mute postgres 0m', 'is no time from 1 minute to 7 days'],
  ['mute postgres 8d', 'is no time from 1 minute to 7 days'],
  ['mute postgres forever', 'is no time from 1 minute to 7 days'],
  ['mute nothing 2h', 'There is no database `nothing`'],
  ['unmute', 'Say which database.'],
])('%s is refused, and mutes nothing', async (line, sentence) => {
  const { watches, type } = typing();
  await expect(type(line)).rejects.toThrow(sentence);
  expect(await watches.muted(OF)).toBeUndefined();
});

test('who is neither approver nor admin may not', async () => {
  const { watches, type } = typing();
  await expect(type('mute postgres 2h', alice)).rejects.toThrow('approvers and admins may mute');
  expect(await watches.muted(OF)).toBeUndefined();
});
