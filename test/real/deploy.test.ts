import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEPLOY_MS, missing, realPlayground, type RealPlayground } from './fleet.ts';

const reason = missing();
describe.for(reason === undefined ? ['on real clusters'] : [])('%s', () => {
  let playground: RealPlayground;
  beforeAll(async () => {
    playground = await realPlayground();
  });
  afterAll(() => playground?.close());

  test(
    'a deploy ends with every standby streaming',
    async () => {
      await playground.deploy();
      await playground.play('expect 2 of 2 standbys streaming');
    },
    DEPLOY_MS,
  );

  test('a second deploy finds nothing to do', async () => {
    await playground.insist(`
        alice: /pgdist deploy postgres
        wait succeeded
        expect nothing to do
      `);
  });

  test('status and verify find it healthy', async () => {
    await playground.insist(`
        alice: /pgdist status postgres
        expect postgres is healthy
      `);
    await playground.insist(`
        alice: /pgdist verify postgres
        wait is healthy
      `);
  });
});

test.for(reason === undefined ? [] : [reason])('nothing runs: %s', (why) => {
  console.log(`skipped: ${why}`);
  expect(why).not.toBe('');
});
