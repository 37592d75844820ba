import { readFileSync } from 'node:fs';

/** Ticks a second in /proc/PID/stat: fixed at 100 on Linux for what user space sees. */
const TICKS_PER_SECOND = 100;

/** Memory of a process that is resident now, in megabytes of 10^6 bytes. Throws where there is no /proc. */
export const residentMb = (pid: number): number => {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`process ${pid} does not tell its memory`);
  return (Number(kib) * 1024) / 1e6;
};

/** CPU time that a process used so far, in milliseconds, without its children. */
export const cpuMs = (pid: number): number => {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
  const fields = afterName.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
};
