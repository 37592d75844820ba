import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFleet, type TestFleet } from '../support/fleet.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'waiting' } as const;
const there = new Set<string>();
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startFleet(['tokyo'], { ocm: false, speed: 100, basics: { imageIsThere: (image) => !image.startsWith('lost') || there.has(image) } });
});
afterAll(() => fleet?.close());

test('a container whose image the nodes cannot pull waits with back-off, says so, and starts once the image is there', async () => {
  const cluster = fleet.cluster('tokyo');
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD.name, namespace: POD.namespace },
    spec: { containers: [{ name: 'main', image: 'lost:1' }] },
  });
  const waitingOf = (pod: any) => pod?.status?.containerStatuses?.[0]?.state?.waiting;
  const backOff = await cluster.until(POD, (pod) => waitingOf(pod)?.reason === 'ImagePullBackOff');
  expect(backOff?.status).toMatchObject({
    phase: 'Pending',
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'False' })]),
  });
  expect(waitingOf(backOff).message).toBe(
    'Back-off pulling image "lost:1": ErrImagePull: failed to pull and unpack image "lost:1": failed to resolve reference "lost:1": lost:1: not found',
  );
  const event = await cluster.any({ apiVersion: 'v1', kind: 'Event', namespace: 'default' }, (one) => one['reason'] === 'Failed');
  expect(event).toMatchObject({
    type: 'Warning',
    message: expect.stringContaining('Failed to pull image "lost:1"'),
    involvedObject: { kind: 'Pod', name: 'waiting' },
  });
  there.add('lost:1');
  await cluster.until(POD, (pod) => pod?.status?.phase === 'Running');
});
