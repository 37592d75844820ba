import { defineConfig } from 'vitest/config';
import { END_TO_END, PARTS } from './test/support/limits.ts';
import { LONG } from './test/support/long.ts';

const ELSEWHERE = [...LONG, 'test/browser/**', 'test/conformance/**', 'test/lab/**', 'test/large/**', 'test/real/**', 'node_modules/**'];

/** Fast tests first; whole playgrounds, which spend much of their time waiting, after them. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...ELSEWHERE, 'test/e2e/**'],
          ...PARTS,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'end to end',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ELSEWHERE,
          ...END_TO_END,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
