import { byTyping, NotYetError, PassingProblemError, ProblemError, TransientError, type Problem } from '../domain/problem.ts';
import { kubectlOn } from '../domain/terminal.ts';
import {
  ApplyConflictError,
  ClusterRefusedError,
  ClusterFailedError,
  ClusterUnreachableError,
  DryRunFailedError,
  WebhookNotYetError,
  WebhookSilentError,
} from '../ports/cluster-errors.ts';
import type { Step } from '../steps/context.ts';
import { refusedCredentials } from '../steps/refused-credentials.ts';
import { code, told } from '../domain/text.ts';
import { ruleRemedy, withSideEffects } from './refused-by-rule.ts';

/**
 * The problem that a thrown error is to people, undefined for a bug of ours. `underWay`: the cluster answered before in this run,
 * so that silence now is another problem than silence from the start.
 */
export const problemsOf = (
  error: unknown,
  step: Pick<Step, 'title' | 'cluster'>,
  { underWay }: { readonly underWay: boolean },
): readonly Problem[] | undefined => {
  if (error instanceof ProblemError) return error.problems;
  if (error instanceof ApplyConflictError) return [heldByOthers(error, step)];
  if (error instanceof ClusterRefusedError)
    return [error.reason === 'AnswerTooLarge' || error.reason === 'UnusableAnswer' ? notTaken(error, step) : refused(error, step)];
  if (error instanceof ClusterFailedError) return [failed(error, step, underWay)];
  if (error instanceof ClusterUnreachableError) return [unreachable(error, step, underWay)];
  if (error instanceof DryRunFailedError) return [withoutVerdict(error, step)];
  if (error instanceof WebhookNotYetError || error instanceof WebhookSilentError) return [unguarded(error, step)];
  if (error instanceof NotYetError) return [missing(error, step)];
  if (error instanceof PassingProblemError) return [error.problem];
  if (error instanceof TransientError) return [unsettled(error, step)];
  return undefined;
};

const heldByOthers = ({ cluster, conflicts }: ApplyConflictError, { title }: Pick<Step, 'title'>): Problem => ({
  code: 'PGD-080',
  what: told`Another field manager holds a field on ${cluster} that this needs: ${title}`,
  evidence: conflicts.map(({ manager, field }) => `${field} is held by ${manager}`),
  remedy: told`Have ${[...new Set(conflicts.map(({ manager }) => manager))].join(' and ') || 'its owner'} set the wanted value or give the field up; pgdist never forces a field.`,
});

const refused = (error: ClusterRefusedError, { title }: Pick<Step, 'title'>): Problem => {
  const effects = withSideEffects(error.message);
  if (effects !== undefined) return withoutDryRun(error, title, effects);
  const byRule = ruleRemedy(error.message, error.cluster);
  return error.code === 401
    ? refusedCredentials(error.cluster, [error.message])
    : error.code === 403 && byRule === undefined
      ? {
          code: 'PGD-002',
          cluster: error.cluster,
          what: told`${error.cluster} refused a request that this needs: ${title}`,
          evidence: [error.message],
          remedy: told`Give the worker's user on ${error.cluster} this permission (${code(`npm run rbac -- --cluster ${error.cluster}`)} prints all it needs).`,
        }
      : {
          code: 'PGD-084',
          what: told`${error.cluster} refused an object that this needs: ${title}`,
          evidence: [error.message],
          remedy: byRule ?? told`Correct what the API server or its webhook names, then plan again.`,
        };
};

const notTaken = (error: ClusterRefusedError, { title }: Pick<Step, 'title'>): Problem => ({
  code: 'PGD-006',
  what: told`${error.cluster} gave an answer that pgdist does not take while this was under way: ${title}`,
  evidence: [error.message],
  remedy:
    error.reason === 'AnswerTooLarge'
      ? told`Look at what answers for ${error.cluster}, and remove what makes the answer so large; what is done stays done.`
      : told`Look at where the kubeconfig of the worker leads for ${error.cluster}: to a proxy or a login page in the place of its API server, as a rule. What is done stays done.`,
});

/** Other requests may be answered: an aggregated API or a conversion webhook of one kind has failed as well as etcd. */
const failed = (error: ClusterFailedError, { title }: Pick<Step, 'title'>, underWay: boolean): Problem => ({
  code: underWay ? 'PGD-004' : 'PGD-001',
  cluster: error.cluster,
  what: underWay
    ? told`${error.cluster} answered with an error of its own (HTTP ${error.status}) while this was under way: ${title}`
    : told`${error.cluster} answers with an error of its own (HTTP ${error.status}) where this is asked for: ${title}`,
  evidence: [error.message],
  ...byTyping(
    told`Look at what the message names: the API server of ${error.cluster}, its etcd, or what serves this kind for it (an aggregated API, a conversion webhook). Then ask again; what is done stays done.`,
    kubectlOn(error.cluster, 'get --raw /readyz?verbose'),
  ),
});

const unreachable = (error: ClusterUnreachableError, { title }: Pick<Step, 'title'>, underWay: boolean): Problem =>
  underWay
    ? {
        code: 'PGD-004',
        cluster: error.cluster,
        what: told`${error.cluster} stopped answering while this was under way: ${title}`,
        evidence: [error.message],
        ...byTyping(
          told`Bring ${error.cluster} or the way to it back, then retry: what is done stays done. From where the worker runs:`,
          kubectlOn(error.cluster, 'get --raw /readyz'),
        ),
      }
    : {
        code: 'PGD-001',
        cluster: error.cluster,
        what: told`${error.cluster} does not answer`,
        evidence: [error.message],
        ...byTyping(
          told`Make sure that the worker reaches the API server of ${error.cluster} at the address in its kubeconfig, then ask again. From where the worker runs:`,
          kubectlOn(error.cluster, 'get --raw /readyz'),
        ),
      };

const withoutVerdict = (error: DryRunFailedError, { title }: Pick<Step, 'title'>): Problem => ({
  code: 'PGD-089',
  what: told`A dry run on ${error.cluster} brought no verdict, which this needs: ${title}`,
  evidence: [error.message],
  remedy: told`Look at the admission webhooks of the kind named here: their pods, their time-outs, and whether the API server of ${error.cluster} reaches them. Then plan again.`,
});

/** The webhook never saw the object: nothing was refused, and nothing is known. */
const withoutDryRun = ({ cluster, message }: ClusterRefusedError, title: string, webhook: string): Problem => ({
  code: 'PGD-089',
  cluster,
  what: told`A dry run on ${cluster} brought no verdict, which this needs: ${title}`,
  evidence: [message],
  remedy: told`Give webhook ${webhook} on ${cluster} sideEffects None or NoneOnDryRun where that is true of it, or leave these objects out of its rules; then plan again: pgdist writes nothing that it could not try.`,
});

const unguarded = (error: WebhookNotYetError | WebhookSilentError, { title }: Pick<Step, 'title'>): Problem => ({
  code: 'PGD-084',
  cluster: error.cluster,
  what: told`${error.cluster} takes no write that this needs, because its ${error.webhook} does not answer: ${title}`,
  evidence: [error instanceof WebhookNotYetError ? error.obstacle : error.message],
  remedy: told`Bring back what answers ${error.webhook} on ${error.cluster}: its pods, its Service, its certificate, or delete its webhook configuration if its product is gone. Then retry: what is done stays done.`,
});

const missing = (error: NotYetError, { title, cluster }: Pick<Step, 'title' | 'cluster'>): Problem => ({
  code: 'PGD-083',
  what: told`${error.missing} is missing, although everything that makes it is in place`,
  evidence: [`${title} (on ${cluster}) needs it`],
  remedy: told`Find out who removed it and why, put it back or remove what should have made it, then plan again.`,
});

const unsettled = (error: TransientError, { title, cluster }: Pick<Step, 'title' | 'cluster'>): Problem => ({
  code: 'PGD-090',
  what: told`${cluster} turned away each attempt at this: ${title}`,
  evidence: [error.message],
  remedy: told`Retry when the cluster is less busy: what is done stays done.`,
});
