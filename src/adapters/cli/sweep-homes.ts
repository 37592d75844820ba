import { readFileSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** When a process began, in the kernel's ticks, so that a pid that came again is told apart; undefined where the system does not say. */
const beginOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; the begin is the 22nd field of all (proc_pid_stat(5)).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
};

/** Start of the name of this process's tool homes; mkdtemp adds six characters. */
export const homePrefix = (pid = process.pid, begin = beginOf(pid)): string => `pgdist-tool-${pid}-${begin ?? '0'}-`;

const HOME = /^pgdist-tool-(\d{1,10})-\d{1,20}-[A-Za-z0-9]{6}$/;

/**
 * Removes the tool homes of workers that were killed: each holds a kubeconfig. Only folders that bear our name, belong to this user and whose process
 * is gone; a link is never followed. Returns how many there were. Exported for tests.
 */
export const sweepHomes = async (folder = tmpdir(), begin = beginOf): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  let swept = 0;
  for (const name of names) {
    const pid = Number(HOME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || name.startsWith(homePrefix()) || mayLive(pid, name, begin)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) continue;
    await rm(path, { recursive: true, force: true });
    swept += 1;
  }
  return swept;
};

const SWEEP_EVERY_MS = 60_000;

/** Sweeps until the signal: workers die beside this one, and their guard with them. Rejects with the signal's reason. */
export const keepSwept = async (clock: Clock, log: Log, signal: AbortSignal): Promise<never> => {
  for (;;) {
    const swept = await sweepHomes();
    if (swept > 0) log.warn({ swept }, 'removed what a killed worker left behind');
    await clock.sleep(SWEEP_EVERY_MS, signal);
  }
};

/** Unless no process of that pid runs, or another one than the one that made the folder. What the system does not tell is no proof that it is gone. */
const mayLive = (pid: number, name: string, begin: typeof beginOf): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const began = begin(pid);
  return began === undefined || [began, '0'].some((one) => name.startsWith(homePrefix(pid, one)));
};
