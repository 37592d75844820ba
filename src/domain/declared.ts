/** The database as the hub has it before a plan: what its replicas do is theirs to say, and not the file's. */
export type Declared =
  | { readonly kind: 'new' }
  /** Nobody could ask the hub. */
  | { readonly kind: 'not-known' }
  | {
      readonly kind: 'there';
      readonly replicas: number;
      /** As its object has it; absent: KubeDB's default, Asynchronous. */
      readonly streamingMode?: string;
      /** spec.synchronousReplicationConfig of a KubeDB that has it, 'mode First, numSyncReplicas 2'; absent: Any, 1. */
      readonly synchronous?: string;
      /** Name of the policy by which its replicas are placed; absent: none is named. */
      readonly placedBy?: string;
    };
