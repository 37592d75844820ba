import { defineConfig } from 'vitest/config';

/** The page in a real browser; `npm run test:browser` brings Redis and Chromium. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
