/** Objects and calls of the Kubernetes API as they go over the wire: what pgdist and the stand-ins' clients both speak. */

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}
export interface ObjectRef extends Kind {
  readonly name: string;
  readonly namespace?: string;
}
export interface Query extends Kind {
  /** Absent: all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Names, labels and versions are enough: the API server leaves the rest out. For kinds whose objects are large. */
  readonly metadataOnly?: true;
}
interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFields[];
}
interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly time?: string;
  readonly fieldsV1?: unknown;
  readonly subresource?: string;
}
/** An object as the API server returns it; spec, status and data are parsed with zod by the step that reads them. */
export interface KubeObject extends Kind {
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}
export interface Manifest extends Kind {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}
export interface KubeList {
  readonly items: readonly KubeObject[];
  /** Of the collection: a watch from here misses nothing. */
  readonly resourceVersion: string;
}
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}
export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
}
export interface ExecResult {
  /** undefined: the connection ended before the status came; the outcome is unknown. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}
