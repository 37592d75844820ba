import { defineConfig } from 'vitest/config';
import { END_TO_END } from './test/support/limits.ts';

/** Whole runs against the clusters of KUBECONFIG, in order: they share the clusters. See docs/real-clusters.md. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    ...END_TO_END,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
