import { defineConfig } from 'vitest/config';
import { END_TO_END } from './test/support/limits.ts';

/** Fleets of many clusters in one process: minutes, and gigabytes of memory. */
export default defineConfig({ test: { include: ['test/large/**/*.test.ts'], ...END_TO_END, maxWorkers: 1 } });
