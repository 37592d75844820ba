import { afterAll, beforeAll, describe, test } from 'vitest';
import { missing, realPlayground } from './fleet.ts';
import type { TestPlayground } from '../support/playground.ts';

const reason = missing();
if (reason === undefined)
  describe('on real clusters', () => {
    let playground: TestPlayground;
    beforeAll(async () => {
      playground = await realPlayground();
    });
    afterAll(() => playground?.close());

    test('a deploy ends with every standby streaming', async () => {
      await playground.play(`
        alice: /pgdist deploy postgres
        wait waiting for approval 60
        bob: approve
        wait succeeded 500
        expect 2 of 2 standbys streaming
      `);
    });

    test('a second deploy finds nothing to do', async () => {
      await playground.play(`
        alice: /pgdist deploy postgres
        wait succeeded 60
        expect nothing to do
      `);
    });

    test('status and verify find it healthy', async () => {
      await playground.play(`
        alice: /pgdist status postgres
        expect postgres is healthy
        alice: /pgdist verify postgres
        wait is healthy 60
      `);
    });
  });
else
  test('says why nothing runs', () => {
    console.log(`skipped: ${reason}`);
  });
