import { expect, test } from 'vitest';
import { sourcesOf } from '../support/sources.ts';

/** Merges of an apply that its plan does not try, and why. */
const UNTRIED: Readonly<Record<string, string>> = {
  'src/steps/preflight/fleet-claimed.ts': 'a Lease that its holder renews all the time',
  'src/steps/kubeslice/worker-named.ts': 'a label on a ManifestWork, which is refused where the whole work would be',
  'src/steps/kubeslice/render-guard.ts': 'takes back in the same step what it does, and goes on without it where it is forbidden',
};

test('what a step merges when it applies, it tries when it plans: a rule that forbids it is told before anybody approves', () => {
  const merging = sourcesOf('src/steps').filter(({ text }) => /\.merge\(/.test(text) && !/\.rehearse\(/.test(text));
  expect(merging.map(({ file }) => file).toSorted()).toEqual(Object.keys(UNTRIED).toSorted());
});
