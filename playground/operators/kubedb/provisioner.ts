import { randomBytes } from 'node:crypto';
import type { Manifest } from '../../../src/kube-api/objects.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import { workQueue } from '../../control/work-queue.ts';
import type { Mutable, OperatorClient } from '../../control/kit.ts';
import { phaseFrom, setDatabaseCondition, type DatabaseCondition } from './conditions.ts';
import { databaseServices, databaseWorks } from './database-works.ts';
import { databaseLabels, MANIFEST_WORK, PET_SET, PLACEMENT_POLICY, POSTGRES, POSTGRES_VERSION, SECRET, SERVICE } from './kinds.ts';
import { petSetManifest } from './pet-set-manifest.ts';
import { rulesOf } from './placement.ts';

const FINALIZER = 'kubedb.com/postgres';

interface ProvisionerOptions {
  readonly hub: OperatorClient;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  onError(error: unknown): void;
}

/** The provisioner: what a distributed Postgres needs on the hub and on each spoke, and its phase from what the hub is told. */
export const startProvisioner = async ({ hub, signal, now, onError }: ProvisionerOptions): Promise<void> => {
  const pass = async (key: string): Promise<void> => {
    const postgres = await hub.get({ ...POSTGRES, ...fromKey(key) });
    if (postgres === undefined) return;
    if (postgres.metadata.deletionTimestamp !== undefined) return remove(hub, postgres);
    if (!(postgres.metadata.finalizers ?? []).includes(FINALIZER))
      await hub.merge(refOf(postgres), { metadata: { finalizers: [...(postgres.metadata.finalizers ?? []), FINALIZER] } });
    const say = (...conditions: readonly DatabaseCondition[]): Promise<void> =>
      hub.setStatus(refOf(postgres), (status) => {
        for (const condition of conditions) setDatabaseCondition(status, condition, now());
        status.observedGeneration = postgres.metadata.generation;
        status.phase = phaseFrom(status.conditions);
      });
    await say({
      type: 'ProvisioningStarted',
      status: 'True',
      reason: 'DatabaseProvisioningStartedSuccessfully',
      message: `The KubeDB operator has started the provisioning of Postgres: ${key}`,
    });
    if (postgres.spec?.distributed !== true) return;
    const petSet = await provide(hub, postgres);
    if (petSet !== undefined) await say(...conditionsOf(postgres, petSet));
  };

  const queue = workQueue(pass, { signal, onError });
  const again = async ({ metadata }: Mutable): Promise<void> => queue.add(keyOf({ metadata }));
  await Promise.all([
    hub.control(POSTGRES, again, { signal, onError }),
    hub.control(PET_SET, again, { signal, onError, gone: again }),
    hub.control(
      PLACEMENT_POLICY,
      async () => {
        for (const postgres of await hub.list(POSTGRES)) queue.add(keyOf(postgres));
      },
      { signal, onError },
    ),
  ]);
};

const refOf = ({ apiVersion, kind, metadata: { name, namespace } }: Mutable) => ({
  apiVersion,
  kind,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

/** Credentials, services, works for each spoke, and the PetSet; undefined while the policy or the version is missing. */
const provide = async (hub: OperatorClient, postgres: Mutable): Promise<Mutable | undefined> => {
  const { name, namespace = '' } = postgres.metadata;
  const policy = await hub.get({ ...PLACEMENT_POLICY, name: postgres.spec.podTemplate?.spec?.podPlacementPolicy?.name ?? '' });
  const version = await hub.get({ ...POSTGRES_VERSION, name: postgres.spec.version });
  if (policy === undefined || version === undefined) return undefined;
  const secret = await credentials(hub, name, namespace);
  for (const service of databaseServices(name, namespace)) await hub.apply(service);
  const { sliceName } = policy.spec.clusterSpreadConstraint.slice;
  for (const cluster of new Set(rulesOf(policy).map(({ clusterName }) => clusterName)))
    for (const work of databaseWorks(cluster, { postgres, secret, sliceName })) await applyWhereItCan(hub, work);
  const petSet = petSetManifest(postgres, version);
  return (await hub.get({ ...PET_SET, namespace, name })) === undefined ? hub.apply(petSet) : hub.apply(keepReplicas(petSet, postgres));
};

/** A cluster without a namespace on the hub gets nothing; the petset operator tells of it. */
const applyWhereItCan = async (hub: OperatorClient, work: Manifest): Promise<void> => {
  const namespace = await hub.get({ apiVersion: 'v1', kind: 'Namespace', name: work.metadata.namespace ?? '' });
  if (namespace !== undefined) await hub.apply(work);
};

const keepReplicas = (petSet: Manifest, postgres: Mutable): Manifest => ({
  ...petSet,
  spec: { ...(petSet['spec'] as Record<string, unknown>), replicas: postgres.spec.replicas ?? 1 },
});

const credentials = async (hub: OperatorClient, name: string, namespace: string): Promise<Mutable> => {
  const ref = { ...SECRET, namespace, name: `${name}-auth` };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const existing = await hub.get(ref);
  if (existing !== undefined) return existing;
  const manifest = {
    ...SECRET,
    metadata: { name: ref.name, namespace, labels: databaseLabels(name, namespace) },
    type: 'kubernetes.io/basic-auth',
    data: { username: base64('postgres'), password: base64(randomBytes(12).toString('base64url')) },
  } as Manifest;
  const made = (await hub.create(manifest)) ?? (await hub.get(ref));
  if (made === undefined) throw new Error(`Secret ${namespace}/${ref.name} was removed while it was made`);
  return made;
};

const conditionsOf = (postgres: Mutable, petSet: Mutable): DatabaseCondition[] => {
  const wanted: number = postgres.spec.replicas ?? 1;
  const ready: number = petSet.status?.readyReplicas ?? 0;
  const name = `${postgres.metadata.namespace}/${postgres.metadata.name}`;
  const all = ready === wanted;
  const provisioned = (postgres.status?.conditions ?? []).some(({ type, status }: DatabaseCondition) => type === 'Provisioned' && status === 'True');
  const accepting = ready > 0;
  return [
    {
      type: 'ReplicaReady',
      status: all ? 'True' : 'False',
      reason: all ? 'AllReplicasReady' : 'SomeReplicasNotReady',
      message: all ? `All replicas are ready for Postgres ${name}` : `${ready} of ${wanted} replicas are ready for Postgres ${name}`,
    },
    {
      type: 'AcceptingConnection',
      status: accepting ? 'True' : 'False',
      reason: accepting ? 'DatabaseAcceptingConnectionRequest' : 'DatabaseNotAcceptingConnectionRequest',
      message: `The Postgres: ${name} is ${accepting ? '' : 'not '}accepting client requests`,
    },
    {
      type: 'Ready',
      status: all ? 'True' : 'False',
      reason: all ? 'ReadinessCheckSucceeded' : 'ReadinessCheckFailed',
      message: all ? `DB is ready because of server getting Online and Running state: ${name}` : `Some standbys of ${name} are not ready`,
    },
    ...(all || provisioned
      ? [
          {
            type: 'Provisioned',
            status: 'True' as const,
            reason: 'DatabaseSuccessfullyProvisioned',
            message: `The Postgres: ${name} is successfully provisioned.`,
          },
        ]
      : []),
  ];
};

/** Takes away what is not data: the claims' works stay whatever the policy says, credentials go with WipeOut alone. */
const remove = async (hub: OperatorClient, postgres: Mutable): Promise<void> => {
  const { name, namespace = '', finalizers = [] } = postgres.metadata;
  if (!finalizers.includes(FINALIZER)) return;
  await hub.delete({ ...PET_SET, namespace, name });
  const wipe = postgres.spec.deletionPolicy === 'WipeOut';
  const works = await hub.list({ ...MANIFEST_WORK, labelSelector: `app.kubernetes.io/instance=${name},app.kubernetes.io/namespace=${namespace}` });
  const doomed = [`${name}-rbac`, `${name}-serviceexports`, ...(wipe ? [`${name}-auth`] : [])];
  for (const work of works) if (doomed.includes(work.metadata.name)) await hub.delete(refOf(work));
  for (const service of [name, `${name}-standby`, `${name}-pods`]) await hub.delete({ ...SERVICE, namespace, name: service });
  if (wipe) await hub.delete({ ...SECRET, namespace, name: `${name}-auth` });
  await hub.merge(refOf(postgres), { metadata: { finalizers: finalizers.filter((one) => one !== FINALIZER) } });
};
