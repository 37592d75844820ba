import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completionFor } from '../../src/cli/completion.ts';
import { VERBS } from '../../src/cli/options.ts';
import { pgdist, ran } from '../support/command.ts';
import { folderFor } from '../support/folder.ts';

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

test('an option is offered behind the commands that take it alone, a file behind those that name one', async () => {
  expect(await offered('pgdist', 'status', '--')).not.toContain('--break-glass');
  expect(await offered('pgdist', 'deploy', '--b')).toEqual(['--break-glass']);
  expect(await offered('pgdist', 'doctor', '--')).toEqual(['--output', '--fleet']);
  expect(await offered('pgdist', 'rbac', '--cl')).toEqual(['--cluster']);
  expect(await offered('pgdist', 'completion', 'z')).toEqual(['zsh']);
  expect(await offered('pgdist', 'deploy', 'postgres', '--fleet', '')).toEqual(['']);
  expect(await offered('pgdist', 'bundle', 'r1', '--file', '/etc/hostna')).toEqual(['/etc/hostname']);
});

test.each(['bash', 'zsh', 'fish'])('the script of %s names every verb, and is printed by pgdist completion', async (shell) => {
  const { code, out } = await pgdist(['completion', shell]);
  expect(code).toBe(0);
  for (const verb of Object.keys(VERBS)) expect(out).toContain(verb);
});

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** Debian's packages zsh and fish. */
describe.skipIf(!isInstalled('fish'))('fish', () => {
  test.each([
    ['pgdist a', ['approve', 'audit']],
    ['pgdist status -o ', ['json', 'table', 'yaml']],
    ['pgdist deploy --b', ['--break-glass']],
    ['pgdist status --b', ['']],
    ['pgdist completion z', ['zsh']],
    ['pgdist bundle r1 --file /etc/hostna', ['/etc/hostname']],
  ])('offers what is meant by %j', async (line, words) => {
    const { out, err } = await ran('fish', ['--no-config', '-c', `${completionFor('fish')}\ncomplete -C '${line}'`], { HOME: await folderFor() });
    expect(err).toBe('');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((each) => each.split('\t')[0]),
    ).toEqual(words);
  });
});

describe.skipIf(!isInstalled('zsh'))('zsh', () => {
  test.each(['source', 'fpath'])('completes in a terminal, with the script taken by %s', async (way) => {
    const folder = await folderFor();
    await writeFile(join(folder, '_pgdist'), completionFor('zsh') ?? '');
    const taken = way === 'source' ? 'source ./_pgdist' : `fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u`;
    const driver = `zmodload zsh/zpty
zpty z 'TERM=dumb zsh -f -i'
zpty -w z 'PS1=%%; ${taken}; print REA''DY'
zpty -r z shown '*READY*'
shows() { zpty -w -n z "$1"$'\\t'; zpty -r z shown "*$2*"; zpty -w -n z $'\\x15'; print -r -- "$1: $2" }
shows 'pgdist dep' 'pgdist deploy '
shows 'pgdist a' audit
shows 'pgdist status -o ' yaml
shows 'pgdist deploy --' --break-glass
shows 'pgdist completion ' fish
shows 'pgdist bundle r1 --file /etc/hostna' /etc/hostname
`;
    const { out, err } = await ran('zsh', ['-f', '-c', `cd ${folder}\n${driver}`], { HOME: folder });
    expect(err).toBe('');
    expect(out.trim().split('\n')).toHaveLength(6);
  });
});

test('a shell that it does not know ends with 2', async () => {
  expect(await pgdist(['completion', 'csh'])).toEqual({ code: 2, out: '', err: 'usage: pgdist completion bash|zsh|fish\n' });
});
