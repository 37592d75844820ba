import { expect, test } from 'vitest';
import type { Fault } from '../../src/config/faults.ts';
import { parse } from '../../src/config/file.ts';
import { withTerminal } from '../../src/config/fleet.ts';
import { actorOf } from '../../src/domain/terminal-people.ts';
import { valuesOf } from '../support/chart.ts';

const config = valuesOf('socket-mode')['config'] as { slack: object; kubedb: object };
const read = (people: readonly object[], slack: object = {}) => {
  const faults: Fault[] = [];
  const text = JSON.stringify({
    ...config,
    kubedb: { licenceFile: 'licence.pem' },
    slack: { ...config.slack, ...slack },
    terminal: { people },
  });
  return { file: parse(text, faults)?.[0], faults: faults.map(({ path, message }) => `${path}: ${message}`) };
};

test('a member of Slack counts as the same person in a terminal, and somebody without an account by a role', () => {
  const { file, faults } = read([
    { user: 'alice@example.com', slack: 'U0ALICE' },
    { user: 'system:serviceaccount:ops:nightly', role: 'approver' },
    { user: 'dora', role: 'admin' },
    { user: 'eve', role: 'member' },
  ]);
  expect(faults).toEqual([]);
  expect(actorOf(file!.terminal.people, 'alice@example.com')).toMatchObject({ userId: 'U0ALICE' });
  expect(actorOf(file!.terminal.people, 'system:serviceaccount:ops:nightly')).toMatchObject({ userId: 'system:serviceaccount:ops:nightly' });
  expect(actorOf(file!.terminal.people, 'mallory')).toBeUndefined();
  expect(withTerminal(file!)).toMatchObject({
    approvers: ['U0ALICE', 'U0BOB', 'system:serviceaccount:ops:nightly'],
    admins: ['dora'],
  });
});

test.each([
  [[{ user: 'alice' }], /^terminal\.people\[0\]: must have either slack .* or role/],
  [[{ user: 'alice', slack: 'U0ALICE', role: 'admin' }], /^terminal\.people\[0\]: must have either slack .* or role/],
  [
    [
      { user: 'alice', slack: 'U0ALICE' },
      { user: 'alice', role: 'admin' },
    ],
    /^terminal\.people\[1\]\.user: alice is there twice/,
  ],
  [[{ user: 'U0BOB', role: 'member' }], /^terminal\.people\[0\]\.user: is written as the id of a member of Slack/],
  [[{ user: 'alice', role: 'owner' }], /^terminal\.people\[0\]\.role: must be member or approver or admin/],
])('of %j it is said what is wrong', (people, fault) => {
  expect(read(people).faults).toEqual([expect.stringMatching(fault)]);
});

test('an approver who is only in a terminal is the other one that four eyes need', () => {
  expect(read([], { approvers: ['U0BOB'] }).faults).toEqual([expect.stringMatching(/^slack\.approvers: U0BOB is the only one/)]);
  expect(read([{ user: 'nightly', role: 'approver' }], { approvers: ['U0BOB'] }).faults).toEqual([]);
});
