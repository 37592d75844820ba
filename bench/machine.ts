import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the numbers were measured on, and what else went on there meanwhile. */
export const describeMachine = (): { readonly machine: string; busy(): string } => {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const before = cpuTicks();
  const loadBefore = loadavg()[0] ?? 0;
  return {
    machine: `${availableParallelism()} cores of ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`,
    busy() {
      const after = cpuTicks();
      const load = `load average ${loadBefore.toFixed(2)} before, ${(loadavg()[0] ?? 0).toFixed(2)} after`;
      if (before === undefined || after === undefined) return load;
      const share = (name: keyof Ticks): string => `${((100 * (after[name] - before[name])) / Math.max(1, after.total - before.total)).toFixed(1)} %`;
      return `${load}; of all CPU time meanwhile ${share('idle')} idle, ${share('steal')} stolen by other machines`;
    },
  };
};

interface Ticks {
  readonly total: number;
  readonly idle: number;
  readonly steal: number;
}

/** First line of /proc/stat: user nice system idle iowait irq softirq steal. Undefined where there is none. */
const cpuTicks = (): Ticks | undefined => {
  if (process.platform !== 'linux') return undefined;
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: ticks.reduce((sum, value) => sum + value, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), steal: ticks[7] ?? 0 };
};
