import { expect, test } from 'vitest';
import { optionsIn, VERBS } from '../../src/cli/options.ts';
import { pgdist } from '../support/command.ts';

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
  [['status', '--wach'], /^Unknown option '--wach'/],
])('of %j it is said what is wrong', (args, message) => {
  expect(() => optionsIn(args)).toThrow(message);
});

test('what is wrong with a line ends with 2 before anything is read or asked', async () => {
  expect(await pgdist(['cancel'])).toEqual({ code: 2, out: '', err: 'Say which run: cancel <run>\n' });
});

test('the help of the launcher lists every verb as it is parsed', async () => {
  const { out } = await pgdist(['help']);
  for (const { usage, tells } of Object.values(VERBS)) expect(out).toMatch(new RegExp(`^  ${usage.replaceAll(/[[\]|]/g, '\\$&')} +${tells}$`, 'm'));
});
