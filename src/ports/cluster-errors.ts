import { NotYetError, TransientError } from '../domain/problem.ts';

/** The API server does not serve the kind (its CRD is missing). */
export class KindMissingError extends NotYetError {
  override readonly name = 'KindMissingError';
}

/** A plan's dry run did not get through to a webhook: it may come with an earlier step. */
export class WebhookNotYetError extends NotYetError {
  override readonly name = 'WebhookNotYetError';
  /** What the API server said of the attempt. */
  readonly obstacle: string;
  constructor(webhook: string, obstacle: string) {
    super(webhook);
    this.obstacle = obstacle;
  }
}

/** No answer: connection refused, DNS, TLS, time-out. */
export class ClusterUnreachableError extends TransientError {
  override readonly name = 'ClusterUnreachableError';
  readonly cluster: string;
  /** What stood in the way, without activity and cluster: 'connection refused', 'no answer in 2 s'. */
  readonly obstacle: string;
  constructor(cluster: string, activity: string, obstacle: string) {
    super(`${activity} on ${cluster}: ${obstacle}`);
    this.cluster = cluster;
    this.obstacle = obstacle;
  }
}

/** The API server did not get through to an admission or conversion webhook: its pod is away, or its certificate has just changed. Passes by itself, in minutes too. */
export class WebhookSilentError extends TransientError {
  override readonly name = 'WebhookSilentError';
}

/** The API server said no: validation, admission webhook, permission. */
export class ClusterRefusedError extends Error {
  override readonly name: string = 'ClusterRefusedError';
  readonly cluster: string;
  /** HTTP status. */
  readonly code: number;
  /** Kubernetes reason: Forbidden, Invalid, … */
  readonly reason: string;
  constructor(cluster: string, activity: string, status: { code: number; reason: string; message: string }) {
    super(`${activity} on ${cluster}: ${status.message}`);
    this.cluster = cluster;
    this.code = status.code;
    this.reason = status.reason;
  }
}

/** Server-side apply met fields of another manager. */
export class ApplyConflictError extends ClusterRefusedError {
  override readonly name = 'ApplyConflictError';
  readonly conflicts: readonly { readonly manager: string; readonly field: string }[];
  constructor(cluster: string, activity: string, message: string, conflicts: readonly { manager: string; field: string }[]) {
    super(cluster, activity, { code: 409, reason: 'Conflict', message });
    this.conflicts = conflicts;
  }
}

/** The object changed between reading and writing: read again and decide anew. */
export class ConflictError extends TransientError {
  override readonly name = 'ConflictError';
}
