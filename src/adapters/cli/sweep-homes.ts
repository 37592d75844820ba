import { readFileSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** When a process began, in the kernel's ticks, so that a pid that came again is told apart; '0' where the system does not say. */
const beginOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; the begin is the 22nd field of all (proc_pid_stat(5)).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
};

/** Start of the name of this process's tool homes; mkdtemp adds six characters. */
export const homePrefix = (pid = process.pid): string => `pgdist-tool-${pid}-${beginOf(pid)}-`;

const HOME = /^pgdist-tool-(\d{1,10})-\d{1,20}-[A-Za-z0-9]{6}$/;

/**
 * Removes the tool homes of workers that were killed: each holds a kubeconfig. Only folders that bear our name, belong to this user and whose process
 * is gone; a link is never followed. Returns how many there were. Exported for tests.
 */
export const sweepHomes = async (folder = tmpdir()): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  let swept = 0;
  for (const name of names) {
    const pid = Number(HOME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || name.startsWith(homePrefix()) || isAlive(pid, name)) continue;
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

/** A process of that pid runs, and it is the one that made the folder. */
const isAlive = (pid: number, name: string): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return name.startsWith(homePrefix(pid));
};
