import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { optionsIn, OTHERS, VERBS } from '../../src/cli/options.ts';
import { launcher, pgdist } from '../support/command.ts';

test('a verb takes its words and options wherever they stand', () => {
  expect(optionsIn(['approve', '--plan', '4f9c', 'r7k2', '-o', 'json', '-w'])).toEqual({
    verb: 'approve',
    words: ['r7k2'],
    format: 'json',
    watch: true,
    noWait: false,
    plan: '4f9c',
  });
  expect(optionsIn(['status'])).toMatchObject({ verb: 'status', words: [], format: 'table', watch: false });
});

test.each([
  [['deply'], 'pgdist has no command deply. Did you mean deploy? `pgdist help` lists them.'],
  [['cancel'], 'Say which run: cancel <run>'],
  [['cancel', 'r1', 'r2'], 'r2 is one word too many: cancel <run>'],
  [['status', '-o', 'xml'], '-o takes table, json or yaml, not xml'],
  [['wrker'], 'pgdist has no command wrker. Did you mean worker? `pgdist help` lists them.'],
  [['status', '--wach'], 'There is no option --wach. Did you mean --watch? `pgdist help` lists them.'],
  [['status', '-x'], 'There is no option -x. `pgdist help` lists them.'],
  [['runs', '--output'], "Option '-o, --output <value>' argument missing"],
  [['lock', 'postgres'], 'Say the reason: lock <database> <reason...>'],
  [['unlock', '--reason', 'moved'], 'Say which database: unlock <database> <reason...>'],
  [['unmute', 'postgres', 'please'], 'please is one word too many: unmute <database>'],
  [['deploy', '--plan', '4f9c'], '--plan belongs to approve, reject alone: deploy [database] [--break-glass <reason>]'],
  [['status', '--file', 'x'], '--file belongs to export, bundle alone: status [database]'],
  [['approve', 'r1', '--reason', 'x'], '--reason belongs to reject, lock, unlock, mute alone: approve <run> --plan <digest>'],
])('of %j it is said what is wrong', (args, message) => {
  expect(() => optionsIn(args)).toThrow(message);
});

test.each([
  [['lock', 'postgres', 'storage', 'is', 'moved'], { words: ['postgres'], reason: 'storage is moved' }],
  [['lock', 'postgres', '--reason', 'storage is moved'], { words: ['postgres'], reason: 'storage is moved' }],
  [['mute', 'postgres', '2h', 'a test'], { words: ['postgres', '2h'], reason: 'a test' }],
])('%j takes its reason as words or as an option', (args, options) => {
  expect(optionsIn(args)).toMatchObject(options);
});

test('the launcher names each command that is no verb, and hands all others to the verbs', async () => {
  const labels = [...readFileSync(launcher, 'utf8').matchAll(/^ {2}([a-z| -]+)\) .*(?:entry=|usage;)/gm)].flatMap(([, names = '']) =>
    names.split(' | '),
  );
  expect(labels.filter((name) => !name.startsWith('-')).toSorted()).toEqual(
    Object.keys(OTHERS)
      .filter((name) => name !== 'completion')
      .toSorted(),
  );
  expect(await pgdist(['pendng'])).toEqual({
    code: 2,
    out: '',
    err: 'pgdist has no command pendng. Did you mean pending? `pgdist help` lists them.\n',
  });
  for (const args of [['lock', 'postgres', '--help'], ['worker', '-h'], []])
    expect(await pgdist(args)).toMatchObject({ code: 0, out: expect.stringMatching(/^usage: /) });
});

test('what is wrong with a line ends with 2 before anything is read or asked', async () => {
  expect(await pgdist(['cancel'])).toEqual({ code: 2, out: '', err: 'Say which run: cancel <run>\n' });
});

test('the help of the launcher lists every verb as it is parsed', async () => {
  const { out } = await pgdist(['help']);
  for (const { usage, tells } of Object.values(VERBS))
    expect(out).toMatch(new RegExp(`^  ${usage.replaceAll(/[[\]|.]/g, '\\$&')} +${tells.replaceAll(/[()]/g, '\\$&')}$`, 'm'));
});
