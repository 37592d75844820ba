import { defineConfig } from 'vitest/config';
import { END_TO_END } from './test/support/limits.ts';
import { ALONE } from './test/support/long.ts';

/** Minutes of fleets that are broken, one after the other. */
export default defineConfig({ test: { include: ALONE, ...END_TO_END, maxWorkers: 1, reporters: ['verbose'] } });
