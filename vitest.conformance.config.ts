import { defineConfig } from 'vitest/config';

/** The cases of the API double against the double and against every context in KUBECONFIG; ends with a table of case by cluster. */
export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './test/conformance/table.ts'],
  },
});
