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
  readonly cluster: string;
  /** As unreachableWebhook names it. */
  readonly webhook: string;
  constructor(cluster: string, webhook: string, obstacle: string) {
    super(`${webhook} of ${cluster}`);
    this.cluster = cluster;
    this.webhook = webhook;
    this.obstacle = obstacle;
  }
}

/** Something gave no answer that counts. */
abstract class UnansweredError extends TransientError {
  override readonly name: string = 'UnansweredError';
  readonly cluster: string;
  /** What stood in the way, without activity and cluster: 'connection refused', 'no answer in 2 s'. */
  readonly obstacle: string;
  constructor(cluster: string, activity: string, obstacle: string) {
    super(`${activity} on ${cluster}: ${obstacle}`);
    this.cluster = cluster;
    this.obstacle = obstacle;
  }
}

/** No answer of the API server that counts: connection refused, DNS, TLS, time-out, or an error of its own. */
export class ClusterUnreachableError extends UnansweredError {
  override readonly name: string = 'ClusterUnreachableError';
}

/** It answers, with an error of its own (HTTP 429, 5xx): it is not silent, and nothing is known all the same. */
export class ClusterFailedError extends ClusterUnreachableError {
  override readonly name = 'ClusterFailedError';
  readonly status: number;
  constructor(cluster: string, activity: string, message: string, status: number) {
    super(cluster, activity, `${message} (HTTP ${status})`);
    this.status = status;
  }
}

/** What kubelets and runtimes say of a container that does not run: 'container not found ("postgres")', 'cannot exec in a stopped container', 'task … not found'. */
const STOPPED =
  /container not found|container .{0,200}(not running|is not created or running|is waiting to start)|stopped (container|state)|task \S{1,200} not found/i;

/** The cluster answers, but the kubelet or the container behind it does not take the connection. */
export class PodUnreachableError extends UnansweredError {
  override readonly name = 'PodUnreachableError';
  /** The container is known not to run. */
  readonly stopped: boolean = STOPPED.test(this.obstacle);
}

/**
 * A dry run brought no verdict: no answer in time, or an error of the API server's own. The cluster may answer everything else: a dry run asks the
 * admission webhooks of the kind, and one that hangs holds up the answer.
 */
export class DryRunFailedError extends UnansweredError {
  override readonly name = 'DryRunFailedError';
}

/** The API server did not get through to an admission or conversion webhook: its pod is away, or its certificate has just changed. Passes by itself, in minutes too. */
export class WebhookSilentError extends TransientError {
  override readonly name = 'WebhookSilentError';
  readonly cluster: string;
  /** As unreachableWebhook names it: 'webhook vproject.kb.io'. */
  readonly webhook: string;
  constructor(cluster: string, activity: string, webhook: string, obstacle: string) {
    super(`${activity} on ${cluster}: ${webhook} cannot be reached: ${obstacle}`);
    this.cluster = cluster;
    this.webhook = webhook;
  }
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
