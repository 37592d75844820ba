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

const LIST = 'must be a list, not text; write its entries in brackets with commas between them: [a, b]';
const freeze = (setting: string): string => `policy: { freezes: [{ name: x, weekdays: [monday], timeZone: UTC, ${setting} }] }`;

test.each([
  ['placement', '{ tokyo: 0 }', 'placement.tokyo: must be a list, not a number; write its entries in brackets with commas between them: [a, b]'],
  ['tls', '{ issuer: letsencrypt }', 'tls.issuer: must be a mapping of settings, not text, such as { kind: …, name: … }'],
  ['streamingMode', 'sync', 'streamingMode: must be Asynchronous or Synchronous; did you mean Synchronous?'],
])('of a database with %s: %s it is said what belongs there', (setting, written, message) => {
  const said = setting === 'placement' ? saidOfDatabase(setting, written) : saidOf(database(`${setting}: ${written}`));
  expect(said).toEqual([`databases[0].${message} (fleet.yaml, line 1)`]);
});

test.each([
  ['slack: { channels: C0DATABASES, approvers: [U0ALICE] }', `slack.channels: ${LIST}`],
  ['policy: { rules: { verbs: [deploy] } }', 'policy.rules: must be a list, not a mapping; begin each entry with `- `'],
  [
    'policy: { rules: [{ verbs: [deplyo] }] }',
    'policy.rules[0].verbs[0]: must be deploy or plan or status or verify or bundle or export or mute; did you mean deploy?',
  ],
  [
    freeze('weekdays: [sat]').replace('weekdays: [monday], ', ''),
    'policy.freezes[0].weekdays[0]: must be monday or tuesday or wednesday or thursday or friday or saturday or sunday; did you mean saturday?',
  ],
  [freeze('dates: { from: 24.12.2026, to: 2026-12-31 }'), 'policy.freezes[0].dates.from: must be a day such as 2026-12-24'],
  [freeze('dates: { from: 2026-02-30, to: 2026-12-31 }'), 'policy.freezes[0].dates.from: is a day that there is not'],
  [freeze('hours: { from: 18, to: "20:00" }'), 'policy.freezes[0].hours.from: is a number; write hours and minutes in quotes: "22:00"'],
  [
    'watch: { quietHours: { timeZone: Berlin, from: "22:00", to: "07:00" } }',
    'watch.quietHours.timeZone: must be the IANA name of a time zone, such as Europe/Vienna; did you mean Europe/Berlin?',
  ],
  [
    'watch: { quietHours: { timeZone: Europe/Viena, from: "22:00", to: "07:00" } }',
    'watch.quietHours.timeZone: must be the IANA name of a time zone, such as Europe/Vienna; did you mean Europe/Vienna?',
  ],
  [
    'watch: { quietHours: { timeZone: "+02:00", from: "22:00", to: "07:00" } }',
    'watch.quietHours.timeZone: must be the IANA name of a time zone, such as Europe/Vienna',
  ],
  ['redis: { requirePersistence: yes }', 'redis.requirePersistence: must be true or false; YAML 1.2 takes yes, no, on and off for text'],
  ['slack: { channels: [C0DATABASES', '(file): is inside a bracket that is not closed; end `[` with `]` and `{` with `}`'],
  [
    'redis: {\u00a0requirePersistence: true }',
    'redis.\u00a0requirePersistence: begins with U+00A0, which only looks like a space; indent with spaces',
  ],
])('%s is told in one sentence', (text, message) => {
  const [said = '', ...others] = saidOf(text);
  expect(others).toEqual([]);
  expect(said.replace(/ \(fleet\.yaml.*\)$/, '')).toBe(message);
});

test.each(['', '# nothing yet\n', 'null\n', '---\n', '\uFEFF\n'])(
  'a file of nothing (%j) is told to be empty, and not by all that is missing',
  (text) => {
    const faults: Fault[] = [];
    expect(parse(text, faults, 'fleet.yaml')).toBeUndefined();
    expect(faults).toEqual([{ path: '(file)', message: expect.stringMatching(/^is empty; it needs fleet, hub, /), at: 'fleet.yaml' }]);
  },
);

test('nothing of a value is repeated that is not a number or a truth value in quotes', () => {
  expect(saidOfDatabase('replicas', '"hunter2"')).toEqual([expect.not.stringContaining('hunter2')]);
});
