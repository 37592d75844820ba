import type { Mutable, OperatorClient } from '../control/kit.ts';
import type { ObjectRef } from '../../src/kube-api/objects.ts';

/** A fleet with one database in it, and the hands to break it. */
export interface FaultWorld {
  /** The API server of a cluster: it refuses connections, takes them and answers nothing, or answers. */
  answers(cluster: string, how: 'refuses' | 'hangs' | 'answers'): void;
  /** The container of a pod runs, or does not come up. */
  runs(cluster: string, pod: string, on: boolean): void;
  /** UDP passes between the gateway nodes of two clusters, or does not. */
  passes(a: string, b: string, on: boolean): void;
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

/** One thing that breaks in real fleets, planted as the real thing would show it. */
export interface Fault {
  /** Its name in scripts and tables: 'coredns-scaled-to-0'. */
  readonly id: string;
  /** The hop that it breaks. */
  readonly hop: 'Clusters' | 'Open Cluster Management' | 'KubeSlice' | 'DNS' | 'KubeDB' | 'Postgres';
  /** What happened, as somebody who did it would tell. */
  readonly plants: string;
  /** The problem that must be named as the cause, or as the danger. */
  readonly code: string;
  /** Words that its evidence, sentence or remedy must hold. */
  readonly says: readonly string[];
  plant(world: FaultWorld): Promise<Mend>;
}

/** Scales a workload, and back to what it was. */
export const scaled = async (client: OperatorClient, ref: ObjectRef, replicas: number): Promise<Mend> => {
  const before = (await present(client, ref)).spec.replicas as number;
  await client.merge(ref, { spec: { replicas } });
  return async () => void (await client.merge(ref, { spec: { replicas: before } }));
};

/** Merges a patch, and the values that it replaced back. */
export const changed = async (client: OperatorClient, ref: ObjectRef, patch: object): Promise<Mend> => {
  const before = valuesOf(await present(client, ref), patch);
  await client.merge(ref, patch);
  return async () => void (await client.merge(ref, before));
};

/** Deletes an object, and makes it again as it was. */
export const deleted = async (client: OperatorClient, ref: ObjectRef): Promise<Mend> => {
  const { metadata, status: _, ...rest } = await present(client, ref);
  const { name, namespace, labels, annotations } = metadata;
  await client.delete(ref);
  return async () =>
    void (await client.create({ ...rest, apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name, namespace, labels, annotations } } as never));
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
