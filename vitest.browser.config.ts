import { defineConfig } from 'vitest/config';
import { END_TO_END } from './test/support/limits.ts';

/** The page in a real browser; `npm run test:browser` brings Redis and Chromium. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    ...END_TO_END,
    maxWorkers: 1,
  },
});
