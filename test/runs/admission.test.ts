import { expect, test } from 'vitest';
import { TYPED_DEEDS } from '../../src/domain/deeds.ts';
import { alice, askerIn, openBench, refusalOf, standingOf } from './bench.ts';

test.each(TYPED_DEEDS)('%s: a member is admitted, and nothing is recorded of a mere look', async (deed) => {
  const bench = openBench();
  await bench.runs.admit(deed, askerIn(alice));
  expect(bench.store.entries).toEqual([]);
});

test.each(TYPED_DEEDS.filter((deed) => deed !== 'help'))('%s: while Slack says nothing nobody is admitted, and that is recorded', async (deed) => {
  const bench = openBench([], { people: standingOf({ kind: 'silent' }) });
  const sentence = 'Slack cannot say right now who you are; nothing was done. Try again in a moment.';
  expect(await refusalOf(bench.runs.admit(deed, askerIn(alice)))).toBe(sentence);
  expect(bench.store.entries).toMatchObject([{ deed, by: alice.userId, team: 'T0', way: 'command', outcome: 'refused', told: sentence }]);
});

test.each([
  { kind: 'silent', foreign: true },
  { kind: 'no-right', lacks: 'users:read', foreign: true },
] as const)('help is told to nobody of whom not even the payload says that it is of our workspace: %j', async (standing) => {
  const bench = openBench([], { people: standingOf(standing) });
  expect(await refusalOf(bench.runs.admit('help', askerIn(alice)))).toMatch(/nothing was done/i);
});

test('where pgdist lacks a scope the asker is told which, and who can mend it', async () => {
  const people = standingOf({ kind: 'no-right', lacks: 'users:read' });
  const asked = (admins: readonly string[]) => refusalOf(openBench([], { people, slack: { admins } }).runs.admit('status', askerIn(alice)));
  expect(await asked(['U0OPS'])).toBe(
    'Nothing was done: pgdist lacks the right to ask Slack who you are (`users:read`). {user:U0OPS} can mend it: give the Slack app what it lacks and install it again.',
  );
  expect(await asked([])).toContain('The people who run pgdist can mend it');
});

test('the channel is looked at first: elsewhere Slack is not even asked', async () => {
  let asked = 0;
  const people = { standing: () => Promise.resolve({ kind: asked++ < 0 ? 'silent' : 'member' } as const) };
  const bench = openBench([], { people });
  expect(await refusalOf(bench.runs.admit('status', askerIn(alice, 'C0RANDOM')))).toContain(
    'pgdist works in {channel:C0DB}, {channel:C0SECOND} only',
  );
  expect(asked).toBe(0);
});
