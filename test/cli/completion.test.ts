import { expect, test } from 'vitest';
import { completionFor } from '../../src/cli/completion.ts';
import { VERBS } from '../../src/cli/options.ts';
import { pgdist, ran } from '../support/command.ts';

/** What bash would offer for a line whose last word is being typed. */
const offered = async (...words: string[]): Promise<string[]> => {
  const script = `${completionFor('bash')}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _pgdist; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { code, out, err } = await ran('bash', ['--norc', '-c', script]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.trim().split('\n');
};

test('bash offers verbs first, then options, and the values of those that have a few', async () => {
  expect(await offered('pgdist', 'a')).toEqual(['approve', 'audit']);
  expect(await offered('pgdist', 'deploy', '--w')).toEqual(['--watch']);
  expect(await offered('pgdist', 'status', 'postgres', '--fl')).toEqual(['--fleet']);
  expect(await offered('pgdist', 'status', '-o', '')).toEqual(['table', 'json', 'yaml']);
});

test.each(['bash', 'zsh', 'fish'])('the script of %s names every verb, and is printed by pgdist completion', async (shell) => {
  const { code, out } = await pgdist(['completion', shell]);
  expect(code).toBe(0);
  for (const verb of Object.keys(VERBS)) expect(out).toContain(verb);
});

test('a shell that it does not know ends with 2', async () => {
  expect(await pgdist(['completion', 'csh'])).toEqual({ code: 2, out: '', err: 'usage: pgdist completion bash|zsh|fish\n' });
});
