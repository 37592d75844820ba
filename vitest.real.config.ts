import { defineConfig } from 'vitest/config';

/** Whole runs against the clusters of KUBECONFIG, in order: they share the clusters. See docs/real-clusters.md. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
