import { defineConfig } from 'vitest/config';
import { LARGE } from './test/support/limits.ts';

/** What takes minutes each: fleets of many clusters in one process, each remedy by a whole deploy, each silence of each kind of object. */
export default defineConfig({ test: { include: ['test/large/**/*.test.ts'], ...LARGE, maxWorkers: 1 } });
