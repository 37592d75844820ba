import { defineConfig } from 'vitest/config';

/** Image and chart on the lab of PGDIST_LAB, in order: each test goes on where the one before ended. See docs/real-clusters.md. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    maxWorkers: 1,
    fileParallelism: false,
    bail: 1,
  },
});
