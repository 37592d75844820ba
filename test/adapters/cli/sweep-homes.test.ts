import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { homePrefix, sweepHomes } from '../../../src/adapters/cli/sweep-homes.ts';
import { withToolHome } from '../../../src/adapters/cli/tool-home.ts';

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
};
/** A process of ours; kill ends it and waits. */
const someProcess = async () => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    pid: child.pid ?? 0,
    prefix: homePrefix(child.pid),
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
};

test('homes of processes that are gone are removed with their kubeconfig, those of living ones stay', async () => {
  const temporary = await folder();
  const [dead, alive] = [await someProcess(), await someProcess()];
  for (const name of [`${dead.prefix}aaaaaa`, `${alive.prefix}bbbbbb`, `${homePrefix()}cccccc`]) {
    await mkdir(join(temporary, name), { mode: 0o700 });
    await writeFile(join(temporary, name, 'kubeconfig'), 'a kubeconfig');
  }
  await dead.kill();
  expect(await sweepHomes(temporary)).toBe(1);
  expect((await readdir(temporary)).toSorted()).toEqual([`${alive.prefix}bbbbbb`, `${homePrefix()}cccccc`].toSorted());
});

test('a home of a process that runs stays where the system does not say when it began', async () => {
  const temporary = await folder();
  const alive = await someProcess();
  await mkdir(join(temporary, `${alive.prefix}aaaaaa`));
  expect(await sweepHomes(temporary, () => undefined)).toBe(0);
  // It could not tell its own begin when it made this one.
  await mkdir(join(temporary, `${homePrefix(alive.pid, '0')}bbbbbb`));
  expect(await sweepHomes(temporary)).toBe(0);
  await alive.kill();
  expect(await sweepHomes(temporary, () => undefined)).toBe(2);
});

test('a home of an earlier process with the same pid is removed: in a container every worker has the same one', async () => {
  const temporary = await folder();
  await mkdir(join(temporary, `pgdist-tool-${process.pid}-1-aaaaaa`));
  expect(await sweepHomes(temporary)).toBe(1);
});

test('what does not bear our name, and links, stay; what a link leads to stays, too', async () => {
  const temporary = await folder();
  const elsewhere = await folder();
  await writeFile(join(elsewhere, 'precious'), 'x');
  const dead = await someProcess();
  await dead.kill();
  const kept = ['pgdist-other', 'pgdist-tool-', `pgdist-tool-x-1-aaaaaa`, `${dead.prefix}aaaaaa-more`, 'unrelated'];
  for (const name of kept) await mkdir(join(temporary, name));
  await symlink(elsewhere, join(temporary, `${dead.prefix}bbbbbb`));
  await writeFile(join(temporary, `${dead.prefix}cccccc`), 'a file');
  await mkdir(join(temporary, `${dead.prefix}dddddd`));
  await symlink(elsewhere, join(temporary, `${dead.prefix}dddddd`, 'inside'));
  expect(await sweepHomes(temporary)).toBe(1);
  expect((await readdir(temporary)).toSorted()).toEqual([...kept, `${dead.prefix}bbbbbb`, `${dead.prefix}cccccc`].toSorted());
  expect(await readdir(elsewhere)).toEqual(['precious']);
});

test('a tool home bears the name that is swept', async () => {
  await withToolHome('x', async ({ environment }) => {
    expect(environment['HOME']).toContain(join(tmpdir(), homePrefix()));
  });
});

test('a folder that cannot be read sweeps nothing', async () => {
  expect(await sweepHomes(join(await folder(), 'none'))).toBe(0);
});
