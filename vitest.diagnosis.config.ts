import { defineConfig } from 'vitest/config';
import { END_TO_END } from './test/support/limits.ts';
import { DIAGNOSIS } from './test/support/long.ts';

/** Minutes of one fleet that is broken in every way, one after the other. */
export default defineConfig({ test: { include: [DIAGNOSIS], ...END_TO_END, reporters: ['verbose'] } });
