import { defineConfig } from 'vitest/config';
import { LARGE } from './test/support/limits.ts';

/** Fleets of many clusters in one process: minutes, and gigabytes of memory. */
export default defineConfig({ test: { include: ['test/large/**/*.test.ts'], ...LARGE, maxWorkers: 1 } });
