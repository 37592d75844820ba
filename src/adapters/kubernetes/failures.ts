import { code, told } from '../../domain/text.ts';
import { NotYetError, ProblemError, TransientError } from '../../domain/problem.ts';
import { unreachableWebhook } from '../../domain/unreachable-webhook.ts';
import { CredentialPluginError } from '../../kube-api/credential-plugin-error.ts';
import { KubeConfigError } from '../../kube-api/kube-config-error.ts';
import {
  ApplyConflictError,
  ClusterFailedError,
  ClusterRefusedError,
  ClusterUnreachableError,
  ConflictError,
  DryRunFailedError,
  KindMissingError,
  PodUnreachableError,
  WebhookNotYetError,
  WebhookSilentError,
} from '../../ports/cluster-errors.ts';
import type { Kind } from '../../kube-api/objects.ts';
import { ApiError, cut, isNotTaken, type ApiStatus } from '../../kube-api/api-error.ts';
import { LIMITS } from '../../kube-api/limits.ts';
import { ExecRefusedError } from '../../kube-api/exec.ts';

/** What was going on when it failed. */
export interface Activity {
  readonly cluster: string;
  /** 'applying ConfigMap kube-system/coredns' */
  readonly text: string;
  /** Of the object, where there is one. */
  readonly kind?: Kind;
  /** The request goes on to a kubelet: what that says is not the silence of the API server. */
  readonly throughKubelet?: boolean;
  /** A dry run during check: what is missing may come with an earlier step, so NotYetError is thrown instead of TransientError. */
  readonly planning?: boolean;
}

export const kindMissing = (cluster: string, { apiVersion, kind }: Kind): KindMissingError =>
  new KindMissingError(`kind ${kind} (${apiVersion}) on ${cluster}`);

/** The error of the port for whatever a request threw. */
export const failureOf = (error: unknown, activity: Activity): Error => {
  if (error instanceof CredentialPluginError) return pluginProblem(error);
  if (error instanceof KubeConfigError) return kubeConfigProblem(error, activity.cluster);
  if (error instanceof ProblemError) return error;
  if (error instanceof ApiError) return refusalOf(error.status, activity);
  if (error instanceof ExecRefusedError) return execRefused(error, activity);
  if (error instanceof NotYetError || error instanceof TransientError || error instanceof ClusterRefusedError) return error;
  return new ClusterUnreachableError(activity.cluster, activity.text, causeOf(error));
};

/** What a person does about a kubeconfig that does not lead to a cluster. */
export const kubeConfigProblem = ({ message }: KubeConfigError, cluster: string): ProblemError =>
  new ProblemError({
    code: 'PGD-001',
    what: told`The worker's kubeconfig does not lead to ${cluster}`,
    // People read this, and a path on the worker tells them nothing.
    evidence: [message.replace(/^kubeconfig \S+ /, 'the kubeconfig ')],
    remedy: told`Mend what it says in the kubeconfig of the worker, or set clusters[].context of ${cluster}, then plan again or press Retry: the worker reads its kubeconfig again by itself.`,
  });

/** What a person does about a plugin of the worker's kubeconfig. */
export const pluginProblem = ({ command, context, reason, notAllowed }: CredentialPluginError): ProblemError =>
  new ProblemError({
    code: 'PGD-005',
    what: told`Credential plugin ${code(command)} of context ${context} ${notAllowed ? 'is not allowed' : 'failed'}: ${reason}`,
    evidence: [],
    remedy: notAllowed
      ? told`Name \`${command}\` under credentialPlugins in pgdist.yaml if it may run in the worker, or give context ${context} a token or a client certificate; then start the worker again.`
      : told`Run \`${command}\` as the worker's user with nothing but PATH and HOME and what the kubeconfig sets, mend what it says, then plan again or press Retry. One that asks a person cannot work in the worker: give context ${context} a token or a client certificate instead.`,
  });

const execRefused = ({ status }: ExecRefusedError, { cluster, text }: Activity): Error => {
  const unreachable = new PodUnreachableError(cluster, text, status.message);
  return unreachable.stopped ? unreachable : new ClusterRefusedError(cluster, text, status);
};

const refusalOf = (status: ApiStatus, activity: Activity): Error => {
  const { cluster, text, kind, planning } = activity;
  const { code, reason, message } = status;
  if (isNotTaken(new ApiError(status))) return new ClusterRefusedError(cluster, text, status);
  if (code === 404 && status.details?.kind === 'namespaces' && kind?.kind !== 'Namespace')
    return new NotYetError(`namespace ${status.details.name ?? 'without a name'} on ${cluster}`);
  // A path that nothing serves is answered in plain text, without a reason.
  if (code === 404 && reason !== 'NotFound' && kind !== undefined) return kindMissing(cluster, kind);
  const webhook = unreachableWebhook(message);
  if (webhook !== undefined) {
    return planning === true
      ? new WebhookNotYetError(cluster, webhook, cut(message, LIMITS.causeLength))
      : new WebhookSilentError(cluster, text, webhook, message);
  }
  if (code === 409 && reason === 'Conflict') {
    const conflicts = fieldConflicts(status);
    return conflicts.length > 0 ? new ApplyConflictError(cluster, text, message, conflicts) : new ConflictError(`${text} on ${cluster}: ${message}`);
  }
  if (activity.throughKubelet === true && code !== 429 && code !== 503 && (code >= 500 || isWaiting(message)))
    return new PodUnreachableError(cluster, text, `${message} (HTTP ${code})`);
  if (code >= 500 && !isAboutTheObject(message) && planning === true) return new DryRunFailedError(cluster, text, `${message} (HTTP ${code})`);
  if (code === 429 || (code >= 500 && !isAboutTheObject(message))) return new ClusterFailedError(cluster, text, message, code);
  return new ClusterRefusedError(cluster, text, status);
};

/** A kubelet answers 400 for a container that has not started yet. */
const isWaiting = (message: string): boolean => /is waiting to start/.test(message);

/** Server-side apply answers 500 for a field that a built-in kind does not have, and a webhook may deny with any code, 500 among them. */
export const isAboutTheObject = (message: string): boolean =>
  /failed to create typed patch object|field not declared in schema|^admission webhook "[^"]*" denied the request/.test(message);

/** Causes read 'conflict with "helm" using v1' and carry the field as '.spec.replicas'. */
const fieldConflicts = (status: ApiStatus): { manager: string; field: string }[] =>
  (status.details?.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message, field }) => ({
      manager: /conflict with "([^"]*)"/.exec(message ?? '')?.[1] ?? 'unknown',
      field: (field ?? '').replace(/^\./, ''),
    }));

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  UND_ERR_SOCKET: 'connection closed',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be resolved now',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of its answer are too long',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by the authority in the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by the authority in the kubeconfig',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by the authority in the kubeconfig',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
};

const causeOf = (error: unknown): string => {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
    const code = (inner as NodeJS.ErrnoException).code;
    const words = typeof code === 'string' ? NETWORK[code] : undefined;
    if (words !== undefined) return words;
  }
  return cut(error instanceof Error ? error.message || error.name : String(error), LIMITS.causeLength);
};
