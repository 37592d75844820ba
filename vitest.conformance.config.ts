import { defineConfig } from 'vitest/config';
import { PARTS } from './test/support/limits.ts';

/** The cases of the API double against the double and against every context in KUBECONFIG; ends with a table of case by cluster. */
export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    ...PARTS,
    maxWorkers: 2,
    reporters: ['default', './test/conformance/table.ts'],
  },
});
