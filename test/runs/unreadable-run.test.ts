import { expect, test } from 'vitest';
import { UnreadableRunError } from '../../src/ports/run-store.ts';
import { askerIn, bob, clickOf, formOf, openBench, refusalOf, retryOf, type UseCaseBench } from './bench.ts';

const DEEDS: Readonly<Record<string, (bench: UseCaseBench) => Promise<unknown>>> = {
  'a click on Approve': ({ runs }) => runs.approve(clickOf(bob)),
  'a rejection': ({ runs }) => runs.reject(formOf(bob)),
  'a typed cancel': ({ runs }) => runs.cancel({ ...askerIn(bob), runId: 'r1' }),
  'a click on Cancel': ({ runs }) => runs.cancel(clickOf(bob)),
  'a click on Retry': ({ runs }) => runs.retry(retryOf(bob)),
  'a click on Verify': ({ runs }) => runs.askAgain({ ...clickOf(bob), deed: 'verify-now', idempotencyKey: 'k' }),
};

test.each(Object.keys(DEEDS))('%s does nothing to a run that cannot be read, says so, and is in the audit', async (deed) => {
  const bench = openBench();
  bench.store.get = () => Promise.reject(new UnreadableRunError('r1 is stored by a newer version'));
  expect(await refusalOf(DEEDS[deed]!(bench))).toMatch(
    /^Nothing was done: run `r1` is stored in a way that this version of pgdist does not know\. After an update, wait until/,
  );
  expect(bench.store.entries).toMatchObject([{ outcome: 'refused' }]);
  expect(bench.queued).toEqual([]);
});
