import { NotYetError, TransientError } from '../domain/problem.ts';

/** The API server does not serve the kind (its CRD is missing). */
export class KindMissingError extends NotYetError {
  override readonly name = 'NotYetError';
}

/** No answer: connection refused, DNS, TLS, time-out. */
export class ClusterUnreachableError extends TransientError {
  readonly cluster: string;
  readonly cause_: string;
  constructor(cluster: string, activity: string, cause: string) {
    super(`${activity} on ${cluster}: ${cause}`);
    this.cluster = cluster;
    this.cause_ = cause;
  }
}

/** The API server said no: validation, admission webhook, permission. */
export class ClusterRefusedError extends Error {
  override readonly name = 'ClusterRefusedError';
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
  readonly conflicts: readonly { readonly manager: string; readonly field: string }[];
  constructor(cluster: string, activity: string, message: string, conflicts: readonly { manager: string; field: string }[]) {
    super(cluster, activity, { code: 409, reason: 'Conflict', message });
    this.conflicts = conflicts;
  }
}

/** The object changed between reading and writing: read again and decide anew. */
export class ConflictError extends TransientError {}
