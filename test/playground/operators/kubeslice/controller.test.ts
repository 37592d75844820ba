import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { operatorClient } from '../../../../playground/control/kit.ts';
import { addOnRef, controllerRef, workRef } from '../../../../src/steps/kubeslice/objects.ts';
import { joinedFleet, type JoinedFleet } from '../../../support/joined-fleet.ts';
import { reach } from '../../../support/kubeslice-steps.ts';
import { eventually } from '../../../support/eventually.ts';

let joined: JoinedFleet;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40 });
  await reach(joined, 'registered');
});
afterAll(() => joined?.close());
const hub = () => joined.cluster('tokyo');
const controllerKind = (kind: string, name: string, namespace: string, spec: Record<string, unknown>) => ({
  apiVersion: 'controller.kubeslice.io/v1alpha1',
  kind,
  metadata: { name, namespace },
  spec,
});
const slice = (spec: Record<string, unknown>) =>
  controllerKind('SliceConfig', 'other', 'kubeslice-demo', {
    sliceSubnet: '10.7.0.0/16',
    maxClusters: 16,
    sliceGatewayProvider: { sliceGatewayType: 'Wireguard', sliceCaType: 'Local' },
    standardQosProfileName: 'default',
    ...spec,
  });

const REFUSALS: [ReturnType<typeof controllerKind>, string][] = [
  [controllerKind('Project', 'with.dot', 'kubeslice-controller', {}), 'name: Invalid value: "with.dot": cannot contain dot(.)'],
  [controllerKind('Project', 'a'.repeat(31), 'kubeslice-controller', {}), 'cannot contain more than 30 characters'],
  [controllerKind('Project', 'lost', 'default', {}), 'project must be applied on kubeslice-manager namespace - kubeslice-controller'],
  [
    controllerKind('Project', 'shop', 'kubeslice-controller', { serviceAccount: { readWrite: ['a'] } }),
    'spec.serviceAccount.readWrite: Invalid value: "a": is not valid.',
  ],
  [controllerKind('Cluster', 'paris', 'default', {}), 'cluster must be applied on project namespace'],
  [slice({ sliceSubnet: '10.7.1.0/16' }), 'third and fourth octets must be 0'],
  [slice({ sliceSubnet: '8.8.0.0/16' }), 'must be a private subnet'],
  [slice({ sliceSubnet: '10.7.0.0/24' }), 'prefix must be 16'],
  [slice({ clusters: ['tokyo'] }), 'cluster registration is not completed'],
  [slice({ clusters: ['nowhere'] }), 'cluster is not registered'],
  [slice({ standardQosProfileName: '' }), 'Either StandardQosProfileName or QosProfileDetails is required'],
  [
    slice({ namespaceIsolationProfile: { applicationNamespaces: [{ namespace: '*', clusters: ['*'] }] } }),
    'Namespaces cannot contain special characteres',
  ],
];
test.each(REFUSALS.map(([manifest, message]) => ({ manifest, message })))(
  'the webhook refuses as KubeSlice does: $message',
  async ({ manifest, message }) => {
    await expect(hub().diff(manifest)).rejects.toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining(message) });
  },
);

test('a project and a cluster that keep the rules pass', async () => {
  const project = controllerKind('Project', 'shop', 'kubeslice-controller', { serviceAccount: { readWrite: ['admin'] } });
  expect(await hub().diff(project)).toMatchObject({ exists: false });
  const cluster = controllerKind('Cluster', 'paris', 'kubeslice-demo', { networkInterface: 'eth9' });
  expect(await hub().diff(cluster)).toMatchObject({ exists: false });
});

test('the token in a worker’s Secret is accepted by the hub', async () => {
  const secret = (await hub().read({ apiVersion: 'v1', kind: 'Secret', namespace: 'kubeslice-demo', name: 'kubeslice-rbac-worker-osaka' })) as any;
  expect(Object.keys(secret.data).toSorted()).toEqual(['ca.crt', 'clusterName', 'controllerEndpoint', 'namespace', 'token']);
  const [connection] = joined.connections;
  const token = Buffer.from(secret.data.token, 'base64').toString();
  const worker = operatorClient({ ...connection!, token }, 'worker');
  onTestFinished(() => worker.close());
  // It is known by its name, and like everybody may only what it was given.
  await expect(worker.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kubeslice-demo' })).rejects.toThrow(
    'forbidden: User "system:serviceaccount:kubeslice-demo:kubeslice-rbac-worker-osaka"',
  );
  const stranger = operatorClient({ ...connection!, token: `${token}x` }, 'worker');
  onTestFinished(() => stranger.close());
  await expect(stranger.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kubeslice-demo' })).rejects.toThrow('Unauthorized');
});

test('a controller that is scaled to 0 renders nothing and refuses everything until it is back', async () => {
  await hub().merge(controllerRef, { spec: { replicas: 0 } });
  await eventually(async () => {
    const controller = (await hub().read(controllerRef)) as any;
    expect(controller.status.availableReplicas ?? 0).toBe(0);
    await expect(hub().diff(controllerKind('Project', 'shop', 'kubeslice-controller', {}))).rejects.toThrow(
      /failed calling webhook|does not exist yet/,
    );
  });
  const { apiVersion, kind, ...metadata } = addOnRef('osaka');
  const configs = [{ group: 'controller.kubeslice.io', resource: 'clusters', name: 'osaka', namespace: 'kubeslice-demo' }];
  await hub().create({ apiVersion, kind, metadata, spec: { installNamespace: 'kubeslice-system', configs } });
  await eventually(async () => {
    const addOn = (await hub().read(addOnRef('osaka'))) as any;
    expect(addOn.status?.configReferences?.[0]?.desiredConfig?.name).toBe('osaka');
  });
  expect(await hub().read(workRef('osaka'))).toBeUndefined();
  await hub().merge(controllerRef, { spec: { replicas: 1 } });
  await eventually(async () => {
    const work = (await hub().read(workRef('osaka'))) as any;
    expect(JSON.stringify(work?.spec)).toContain('"spoke-cluster":"osaka"');
    expect(work.metadata.generation).toBe(1);
  });
});
