import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { told, type Text } from '../../src/domain/text.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { eventually } from '../support/eventually.ts';
import { bob, openInstallation, type Installation } from '../support/installation.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let installation: Installation;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(() => installation.close());

test('a plan whose consequences became others between approval and first write is not applied: nothing is written, and the thread says which', async () => {
  let worth: Text[] = [told`If osaka is lost: writes go on`];
  installation = openInstallation({ url: server.url, steps: [configMapStep('a')], worthKnowing: () => worth });
  await installation.worker();
  const { id } = await installation.start();
  await installation.reaches(id, 'awaiting-approval');
  await eventually(async () => expect((await installation.redis.store.get(id))?.thread.ts).toBeDefined());
  worth = [told`If osaka is lost: writes stop until it is back`];
  await installation.runs.approve(installation.click((await installation.redis.store.get(id))!, bob));
  const { differences } = await installation.reaches(id, 'superseded');
  expect(differences).toEqual([expect.stringContaining('was not in the plan that was approved: If osaka is lost: writes stop until it is back')]);
  expect(installation.clusters.tokyo.calls.filter((call) => call.startsWith('apply'))).toEqual([]);
});
