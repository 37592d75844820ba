import { expect, test } from 'vitest';
import type { Fault } from '../../src/config/faults.ts';
import { parse } from '../../src/config/file.ts';

const database = (changes: string): string =>
  `databases: [{ name: postgres, version: "17.2", replicas: 3, storage: 2Gi, placement: { tokyo: [0, 1, 2] }${changes === '' ? '' : `, ${changes}`} }]`;

/** What is said of this part of a file, without what is said of all that is missing in it. */
const saidOf = (text: string): string[] => {
  const faults: Fault[] = [];
  parse(text, faults, 'fleet.yaml');
  return faults.filter(({ message }) => !message.startsWith('is missing')).map(({ path, message, at = '' }) => `${path}: ${message} (${at})`);
};
/** The same for a database in which one setting is written otherwise. */
const saidOfDatabase = (setting: string, written: string): string[] =>
  saidOf(database('').replace(new RegExp(`${setting}: (?:"[^"]*"|\\{[^}]*\\}|[^,}]+)`), `${setting}: ${written}`));

test.each([
  ['version', '16.4', 'is a number; quote it: "16.4", or "16.40" if that was written'],
  ['version', '17', 'is a number; quote it: "17"'],
  ['version', '17.25', 'is a number; quote it: "17.25"'],
  ['storage', '2', 'is a number without a unit; write a quantity such as 10Gi'],
  ['replicas', '"3"', 'is text; write it without quotes: 3'],
  ['placement', '[tokyo]', 'is a list; write clusters with the replicas they hold: { cluster-a: [0, 2], cluster-b: [1] }'],
])('a database with %s: %s is told what to write', (setting, written, message) => {
  expect(saidOfDatabase(setting, written)).toEqual([`databases[0].${setting}: ${message} (fleet.yaml, line 1)`]);
});

test.each([
  ['slack: { channels: [C0DATABASES], aprovers: [U0ALICE] }', 'slack.aprovers: is not a setting of pgdist; did you mean `approvers`?'],
  ['Slack: {}', 'Slack: is not a setting of pgdist; did you mean `slack`?'],
  ['redis: { requirePersistence: "false" }', 'redis.requirePersistence: is text; write it without quotes: false'],
  ['approvalTimeoutMinutes: 30m', 'approvalTimeoutMinutes: must be a whole number of minutes without a unit, 1 to 1440'],
])('of %s it is said what was meant, in which file and line', (text, message) => {
  expect(saidOf(text)).toEqual([`${message} (fleet.yaml, line 1)`]);
});

test('nothing of a value is repeated that is not a number or a truth value in quotes', () => {
  expect(saidOfDatabase('replicas', '"hunter2"')).toEqual([expect.not.stringContaining('hunter2')]);
});
