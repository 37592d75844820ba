import { describe, expect, test } from 'vitest';
import { databaseNamed, parseArguments, wordsOf } from '../../src/command/line.ts';
import { nearestTo } from '../../src/domain/nearest.ts';
import { UserError } from '../../src/domain/problem.ts';
import type { Text } from '../../src/domain/text.ts';
import { database } from '../adapters/slack/fixtures.ts';

const usage = 'status [database] [--private]';

describe('arguments are parsed by the usage', () => {
  test.each([
    [[], {}, []],
    [['postgres'], { database: 'postgres' }, []],
    [['--private'], {}, ['--private']],
    [['postgres', '--private'], { database: 'postgres' }, ['--private']],
    [['--private', 'postgres'], { database: 'postgres' }, ['--private']],
  ])('%j', (words, values, flags) => {
    const parsed = parseArguments({ usage }, words);
    expect(parsed.values).toEqual(values);
    expect([...parsed.flags]).toEqual(flags);
  });

  test.each([
    [usage, ['a', 'b'], '`b` is one word too many. Type `/pgdist status [database] [--private]`.'],
    [usage, ['a', 'private'], '`private` is one word too many. Did you mean `--private`? Type `/pgdist status [database] [--private]`.'],
    [usage, ['--all'], 'There is no option `--all`. Type `/pgdist status [database] [--private]`.'],
    [usage, ['--privat'], 'There is no option `--privat`. Did you mean `--private`? Type `/pgdist status [database] [--private]`.'],
    ['cancel <run>', [], 'Say which run. Type `/pgdist cancel <run>`.'],
    ['help', ['me'], '`me` is one word too many. Type `/pgdist help`.'],
  ])('%s refuses %j with what to type', (grammar, words, sentence) => {
    expect(() => parseArguments({ usage: grammar }, words)).toThrow(new UserError(sentence as unknown as Text));
  });
});

test('words are split at any blank, and dashes of smart keyboards are two hyphens again', () => {
  expect(wordsOf('  status   postgres\u00a0—private ')).toEqual(['status', 'postgres', '--private']);
  expect(wordsOf('')).toEqual([]);
});

test('a database that is not there is refused with the nearest, quoted so that nothing in it is markup', () => {
  expect(databaseNamed([database], 'postgres')).toBe(database);
  expect(() => databaseNamed([database], 'postgre')).toThrow(
    'There is no database `postgre` in this fleet. Did you mean `postgres`? `/pgdist status` lists them all.',
  );
  expect(() => databaseNamed([database], 'a`{user:U0BOB}')).toThrow('There is no database `a\\`{user:U0BOB}` in this fleet.');
});

test('only a near word is suggested', () => {
  expect(nearestTo('depoly', ['deploy', 'status'])).toBe('deploy');
  expect(nearestTo('xyz', ['deploy', 'status'])).toBeUndefined();
});
