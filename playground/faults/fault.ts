import type { Mutable, OperatorClient } from '../control/kit.ts';
import type { ObjectRef } from '../../src/kube-api/objects.ts';

/** A fleet with one database in it, and the hands to break it. */
export interface FaultWorld {
  /** The API server of a cluster: it refuses connections, takes them and answers nothing, or answers. */
  answers(cluster: string, how: 'refuses' | 'hangs' | 'answers'): void;
  /** A container of a pod runs, or does not come up; the first of the pod where none is named. */
  runs(cluster: string, pod: { readonly namespace: string; readonly pod: string; readonly container?: string }, on: boolean): void;
  /** UDP passes between the gateway nodes of two clusters, or does not. */
  passes(a: string, b: string, on: boolean): void;
  /** Pods of a cluster reach the API server of the hub, or do not. */
  reaches(cluster: string, on: boolean): void;
  /** Nodes of a cluster can pull images that have this in their name, or not. */
  pulls(cluster: string, image: string, on: boolean): void;
  /** So many of the next requests to an API server are answered with 429. */
  throttles(cluster: string, requests: number): void;
  /** Puts another file in the place of KubeDB's licence; null: none. What was there before. */
  licence(text: string | null): Promise<string>;
  /** Puts another certificate in the place of that of OCM's agent of a cluster: one of a year that ends in so many days, as the hub would have signed it. */
  certify(cluster: string, daysLeft: number): Promise<Mend>;
  /** A licence as its server would issue it. */
  issue(given: { readonly cluster?: string; readonly daysLeft?: number }): Promise<string>;
  /** pgdist's workers run, or are killed; undefined where none was started. */
  readonly workers?: (on: boolean) => Promise<void>;
  readonly hub: string;
  /** A cluster that is not the hub, with a replica. */
  readonly spoke: string;
  readonly database: { readonly namespace: string; readonly name: string; readonly primary: string; readonly remote: string };
  client(cluster: string): OperatorClient;
  /** Runs a statement in the server of a pod, as psql in it does; what it prints. */
  sql(cluster: string, pod: string, statement: string): Promise<string>;
}

/** Undoes what was planted, as the remedy says: by the person whom it names. */
export type Mend = () => Promise<void>;

/** Where a fault lies, in the order in which each is built on the one before. */
export const HOPS = [
  'Clusters',
  'OCM hub',
  'Registration',
  'Klusterlet',
  'KubeSlice controller',
  'KubeSlice worker',
  'Tunnel',
  'DNS',
  'Licence',
  'KubeDB',
  'Placement',
  'Pods',
  'Replication',
  'Processes',
] as const;
type Hop = (typeof HOPS)[number];

/** One thing that breaks in real fleets, planted as the real thing would show it. */
export interface Fault {
  /** Its name in scripts and tables: 'coredns-scaled-to-0'. */
  readonly id: string;
  /** The hop that it breaks. */
  readonly hop: Hop;
  /** What happened, as somebody who did it would tell. */
  readonly plants: string;
  /** The problem that must be named as the cause, or as the danger. */
  readonly code: string;
  /** Words that its evidence, sentence or remedy must hold. */
  readonly says: readonly string[];
  /** The remedy, in the words of who does it; what is planted is undone that way. */
  readonly remedy: string;
  /** True where `deploy`, planned and approved, is the remedy: what was planted is not undone by hand then. */
  readonly deploys?: true;
  /**
   * Where it is no broken hop: told as a word beside a database that is healthy ('a word'), or of pgdist's own processes, whatever the clusters say
   * ('process').
   */
  readonly told?: 'a word' | 'process';
  plant(world: FaultWorld): Promise<Mend>;
}

/** Plants one after the other, and mends them in the other order. */
export const together = async (...plants: readonly (() => Promise<Mend>)[]): Promise<Mend> => {
  const mends: Mend[] = [];
  for (const plant of plants) mends.unshift(await plant());
  return async () => {
    for (const mend of mends) await mend();
  };
};

/** Scales a workload, and back to what it was. */
export const scaled = async (client: OperatorClient, ref: ObjectRef, replicas: number): Promise<Mend> => {
  const before = (await present(client, ref)).spec.replicas as number;
  await client.merge(ref, { spec: { replicas } });
  return async () => void (await client.merge(ref, { spec: { replicas: before } }));
};

/** Scales a Deployment to 0, waits until none of its pods is left, and back to what it was. */
export const stopped = async (client: OperatorClient, ref: ObjectRef): Promise<Mend> => {
  const mend = await scaled(client, ref, 0);
  const gone = new AbortController();
  await followed(client, ref, AbortSignal.any([gone.signal, AbortSignal.timeout(STOP_MS)]), async ({ status }) => {
    if (Number(status?.replicas ?? 0) === 0) gone.abort();
  });
  return mend;
};

/** Calls back with the object now and whenever it changes, until the signal. */
const followed = (
  client: OperatorClient,
  { name, ...query }: ObjectRef,
  signal: AbortSignal,
  seen: (object: Mutable) => Promise<void>,
): Promise<void> => client.control({ ...query, fieldSelector: `metadata.name=${name}` }, seen, { signal });

const STOP_MS = 60_000;

/** Resolves once the object is not there. */
export const gone = async (client: OperatorClient, { name, ...query }: ObjectRef): Promise<void> => {
  const isGone = new AbortController();
  const look = async (): Promise<void> => {
    if ((await client.get({ ...query, name })) === undefined) isGone.abort();
  };
  const following = client.control({ ...query, fieldSelector: `metadata.name=${name}` }, look, {
    signal: AbortSignal.any([isGone.signal, AbortSignal.timeout(STOP_MS)]),
    gone: look,
  });
  await look();
  await following;
};

/** Merges a patch, and the values that it replaced back. */
export const changed = async (client: OperatorClient, ref: ObjectRef, patch: object): Promise<Mend> => {
  const before = valuesOf(await present(client, ref), patch);
  await client.merge(ref, patch);
  return async () => void (await client.merge(ref, before));
};

/** Merges a patch again whenever somebody undoes it: a work agent applies its works anew every five minutes. Mended, it is as it was. */
export const kept = async (client: OperatorClient, ref: ObjectRef, patch: object): Promise<Mend> => {
  const mend = await changed(client, ref, patch);
  const over = new AbortController();
  const keeping = followed(client, ref, over.signal, async () => {
    if (!over.signal.aborted) await client.merge(ref, patch);
  });
  return async () => {
    over.abort();
    await keeping.catch(() => undefined);
    await mend();
  };
};

/** Deletes an object, and makes it again as it was. */
export const deleted = async (client: OperatorClient, ref: ObjectRef): Promise<Mend> => {
  const { metadata, status: _, ...rest } = await present(client, ref);
  const { name, namespace, labels, annotations } = metadata;
  await client.delete(ref);
  return async () =>
    void (await client.create({ ...rest, apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name, namespace, labels, annotations } } as never));
};

/** Takes a pod away as an eviction does, and has the work agent make it again now and not with its next resync. */
export const evicted = async (
  { client, hub }: FaultWorld,
  cluster: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<void> => {
  await client(cluster).delete({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  await nudged(client(hub), { namespace: cluster, name });
};

/** A changed label is what a work agent applies a work for. */
export const nudged = async (hub: OperatorClient, work: { readonly namespace: string; readonly name: string }): Promise<void> => {
  const ref = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork', ...work };
  await hub.merge(ref, { metadata: { labels: { 'somebody/looked': String(performance.now()) } } });
};

const present = async (client: OperatorClient, ref: ObjectRef): Promise<Mutable> => {
  const object = await client.get(ref);
  if (object === undefined) throw new Error(`${client.cluster} has no ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`);
  return object;
};

/** What stands in the places that the patch changes; null where nothing does, so that a merge takes it away. */
const valuesOf = (object: unknown, patch: unknown): unknown =>
  typeof patch === 'object' && patch !== null && !Array.isArray(patch)
    ? Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, valuesOf((object as Record<string, unknown> | undefined)?.[key], value)]))
    : (object ?? null);
