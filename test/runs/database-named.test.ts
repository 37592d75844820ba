import { expect, test } from 'vitest';
import { databaseNamed } from '../../src/runs/database-named.ts';
import { database } from '../adapters/slack/fixtures.ts';

test('a database that is not there is refused with the nearest, quoted so that nothing in it is markup', () => {
  expect(databaseNamed([database], 'postgres')).toBe(database);
  expect(() => databaseNamed([database], 'postgre')).toThrow(
    'There is no database `postgre` in this fleet. Did you mean `postgres`? `/pgdist status` lists them all.',
  );
  expect(() => databaseNamed([database], 'a`{user:U0BOB}')).toThrow('There is no database `a\\`{user:U0BOB}` in this fleet.');
});
