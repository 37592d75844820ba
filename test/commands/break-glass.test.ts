import { expect, test } from 'vitest';
import deploy from '../../commands/deploy.ts';
import { parseArguments } from '../../src/command/line.ts';

test.each([
  [
    'postgres --break-glass the primary is lost',
    { values: { database: 'postgres', reason: 'the primary is lost' }, flags: new Set(['--break-glass']) },
  ],
  ['--break-glass Ticket 4711 --now', { values: { reason: 'Ticket 4711 --now' }, flags: new Set(['--break-glass']) }],
  ['postgres', { values: { database: 'postgres' }, flags: new Set() }],
])('deploy %s', (line, parsed) => {
  expect(parseArguments(deploy, line.split(' '))).toEqual(parsed);
});

test.each([
  ['postgres --break-glass', 'Say the reason after `--break-glass`. Type `/pgdist deploy [database] [--break-glass reason...]`.'],
  [
    'postgres --breakglass now',
    'There is no option `--breakglass`. Did you mean `--break-glass`? Type `/pgdist deploy [database] [--break-glass reason...]`.',
  ],
])('deploy %s is refused', (line, sentence) => {
  expect(() => parseArguments(deploy, line.split(' '))).toThrow(sentence);
});
