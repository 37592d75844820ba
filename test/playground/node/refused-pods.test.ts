import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Mutable } from '../../../playground/control/kit.ts';
import { closedWebhook } from '../../support/closed-webhook.ts';
import { eventually } from '../../support/eventually.ts';
import { startFleet, type TestCluster, type TestFleet } from '../support/fleet.ts';
import { condition } from '../support/ocm.ts';

const WEBHOOK = closedWebhook('guarded');
const REFUSAL =
  'Internal error occurred: failed calling webhook "webhook.networkservicemesh.io": failed to call webhook: ' +
  'Post "https://127.0.0.1:1/mutate?timeout=2s": dial tcp 127.0.0.1:1: connect: connection refused';
const labels = { app: 'one' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'any' }] } };
const selector = { matchLabels: labels };

let fleet: TestFleet;
let cluster: TestCluster;
beforeAll(async () => {
  fleet = await startFleet(['tokyo'], { ocm: false, speed: 100 });
  cluster = fleet.cluster('tokyo');
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'guarded' } });
});
afterAll(() => fleet?.close());

/** Every kind whose controller makes pods, and what of its owner the event is about. */
test.each([
  { kind: 'Deployment', apiVersion: 'apps/v1', spec: { selector, template }, about: 'ReplicaSet', message: `Error creating: ${REFUSAL}` },
  { kind: 'ReplicaSet', apiVersion: 'apps/v1', spec: { selector, template }, about: 'ReplicaSet', message: `Error creating: ${REFUSAL}` },
  {
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    spec: { selector, template, serviceName: 'one' },
    about: 'StatefulSet',
    message: `create Pod a-statefulset-0 in StatefulSet a-statefulset failed error: ${REFUSAL}`,
  },
  { kind: 'DaemonSet', apiVersion: 'apps/v1', spec: { selector, template }, about: 'DaemonSet', message: `Error creating: ${REFUSAL}` },
  {
    kind: 'Job',
    apiVersion: 'batch/v1',
    spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
    about: 'Job',
    message: `Error creating: ${REFUSAL}`,
  },
])(
  'pods of a $kind that are refused are told by events, tried again, and made once nothing refuses them',
  async ({ kind, apiVersion, spec, about, message }) => {
    const { client } = cluster;
    const name = `a-${kind.toLowerCase()}`;
    const ref = { apiVersion, kind, namespace: 'guarded', name };
    await client.create(WEBHOOK);
    await client.create({ apiVersion, kind, metadata: { namespace: 'guarded', name }, spec });
    const event = await eventually(async () => {
      const events = await client.list({ apiVersion: 'v1', kind: 'Event', namespace: 'guarded' });
      const found = events.find((one: any) => one.involvedObject.kind === about && one.involvedObject.name.startsWith(name));
      expect(found).toMatchObject({ type: 'Warning', reason: 'FailedCreate', message });
      return found as any;
    });
    const failureOf = (object: Mutable | undefined) => condition(object, 'ReplicaFailure');
    const conditions = ['Deployment', 'ReplicaSet'].includes(kind) ? [{ status: 'True', reason: 'FailedCreate', message: REFUSAL }] : [];
    await eventually(async () => {
      const failure = failureOf(await client.get(ref));
      expect(failure === undefined ? [] : [failure]).toMatchObject(conditions);
    });
    await eventually(async () => {
      const again = (await client.get({ apiVersion: 'v1', kind: 'Event', namespace: 'guarded', name: event.metadata.name })) as any;
      expect(again.count).toBeGreaterThan(1);
    });
    await client.delete({ ...WEBHOOK, name: WEBHOOK.metadata.name });
    await eventually(async () => {
      const pods = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'guarded' });
      expect(pods.filter(({ metadata }) => metadata.name.startsWith(name))).toHaveLength(1);
      expect(failureOf(await client.get(ref))).toBeUndefined();
    });
  },
);
