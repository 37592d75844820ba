import type { Duplex } from 'node:stream';
import type { FieldChange } from '../domain/finding.ts';
import type { ExecResult, ExecTarget, Kind, KubeList, KubeObject, Manifest, ObjectRef, Query, WatchEvent } from '../kube-api/objects.ts';

/** Result of a server-side dry run of an apply by field manager pgdist. */
interface ObjectDiff {
  readonly exists: boolean;
  /** The object as it is, where it is being deleted. */
  readonly leaving?: KubeObject;
  /** Empty: in place. Holds only fields of the manifest. */
  readonly changes: readonly FieldChange[];
}
/** Reading one cluster. Throws KindMissingError, ClusterUnreachableError, ClusterRefusedError (cluster-errors.ts). */
export interface ClusterReader {
  /** Name in the fleet. */
  readonly name: string;
  /** PEM of the certificate authority in the kubeconfig, undefined when the system's authorities are used. */
  readonly caPem: string | undefined;
  /** What the kubeconfig leaves out and a person should know, as that nobody's credentials are sent; undefined: nothing. */
  readonly note: string | undefined;
  /** What a call waits for now that is not the cluster, as the error to tell if it takes too long: a credential plugin; undefined: nothing. */
  readonly hindrance: Error | undefined;
  /** gitVersion of the API server: v1.35.4+k3s1 */
  version(): Promise<string>;
  /** True when the API server serves the kind. */
  serves(kind: Kind): Promise<boolean>;
  /** undefined: the kind is served, the object is not there. */
  read(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(query: Query): Promise<KubeList>;
  /** Server-side dry run, which also runs validation and webhooks. Throws NotYetError when the namespace or a webhook is missing, ApplyConflictError when another manager holds a field. */
  diff(manifest: Manifest): Promise<ObjectDiff>;
  /** Server-side dry run of a merge, with validation, policies and webhooks. Throws what the merge would be refused with, and as diff does. */
  rehearse(ref: ObjectRef, patch: Readonly<Record<string, unknown>>): Promise<void>;
  exec(target: ExecTarget, command: readonly string[], options?: { readonly stdin?: string; readonly timeoutMs?: number }): Promise<ExecResult>;
  logs(target: ExecTarget, options?: { readonly tailLines?: number; readonly previous?: boolean }): Promise<string>;
  /** TCP stream to a port of a pod. */
  forward(target: { readonly namespace: string; readonly pod: string; readonly port: number }): Promise<Duplex>;
  /** SelfSubjectAccessReview. */
  allowed(access: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly namespace?: string;
    readonly subresource?: string;
    readonly name?: string;
  }): Promise<boolean>;
  /** Changes after resourceVersion, resumed over dropped connections; ends with the signal. */
  watch(query: Query, options: { readonly resourceVersion: string; readonly signal: AbortSignal }): AsyncIterable<WatchEvent>;
}

/** Writing to one cluster. */
export interface ClusterClient extends ClusterReader {
  /** Server-side apply by field manager pgdist with strict validation, never forced. */
  apply(manifest: Manifest): Promise<KubeObject>;
  /** JSON merge patch; the resourceVersion makes it fail with ConflictError (transient) if the object changed since it was read. */
  merge(
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options?: { readonly resourceVersion?: string; readonly subresource?: string },
  ): Promise<KubeObject>;
  create(manifest: Manifest): Promise<KubeObject>;
  /** PUT with the object's own resourceVersion. */
  update(object: KubeObject, options?: { readonly subresource?: string }): Promise<KubeObject>;
  /** Absent object: nothing happens. */
  delete(ref: ObjectRef, options?: { readonly uid?: string; readonly propagation?: 'Foreground' | 'Background' | 'Orphan' }): Promise<void>;
  /** TokenRequest for a ServiceAccount. */
  token(serviceAccount: { readonly namespace: string; readonly name: string }, expirationSeconds: number): Promise<string>;
}
