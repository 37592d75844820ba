import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { CHANNEL } from '../../playground/people.ts';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
let record: OpenRedis;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  record = recordOf(playground);
});
afterAll(async () => {
  await record?.close();
  await playground?.close();
});

test('a plan shows every change with a file, asks nobody, changes nothing, and is the one that a deploy then asks about', async () => {
  await playground.play(`
    alice: /pgdist plan postgres
    wait planned
    expect nothing was changed
    expect Postgres demo/postgres
  `);
  const shown = await eventually(() => {
    const transcript = playground.slack.transcript(CHANNEL);
    expect(transcript).toContain('(file: plan-');
    expect(transcript).toContain('`/pgdist deploy postgres` plans anew and asks an approver.');
    return transcript;
  });
  expect(shown).not.toMatch(/\[Approve\]|approvers:|waiting for approval/);
  expect(writesOf(playground)).toEqual([]);
  const [planned] = await record.store.list(1);
  expect(planned).toMatchObject({ kind: 'plan', state: 'succeeded' });
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
  `);
  const [asked] = await record.store.list(1);
  expect(asked?.plan?.digest).toBe(planned?.plan?.digest);
});
