import { defineConfig } from 'vitest/config';
import { END_TO_END } from './test/support/limits.ts';
import { LONG } from './test/support/long.ts';

export default defineConfig({ test: { include: LONG, ...END_TO_END, maxWorkers: 2 } });
