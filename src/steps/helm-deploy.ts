import { PassingProblemError, ProblemError, TransientError, type Problem } from '../domain/problem.ts';
import { type Text, told } from '../domain/text.ts';
import { unreachableWebhook } from '../domain/unreachable-webhook.ts';
import { WebhookSilentError } from '../ports/cluster-errors.ts';
import { lostConnection, wasKilled, type CliOptions, type CliResult } from '../ports/cli.ts';
import type { ApplyContext } from './context.ts';
import { readHelmRecord, RELEASE_LABELS, UNDER_WAY } from './helm-record.ts';
import { HELM_TIMEOUT_MS, type ReleaseValues, type WantedRelease } from './helm-wanted.ts';

/** Has helm deploy the release; throws what kept it from that. */
export const deployRelease = async (
  wanted: WantedRelease,
  context: ApplyContext,
  first: 'uninstall' | 'rollback' | undefined,
  { values, secrets }: ReleaseValues,
): Promise<void> => {
  const { cluster, release, namespace, chart, version } = wanted;
  const options = {
    signal: context.signal,
    timeoutMs: wanted.helmTimeoutMs ?? HELM_TIMEOUT_MS,
    onLine: (line: string) => context.progress(`helm: ${line}`),
  };
  if (first !== undefined) await repair(wanted, context, first, options);
  context.progress(`helm: ${release} ${version}`);
  const result = await context.helm.upgrade(
    { cluster, release, namespace, chart, version, values, secretValues: secrets, labels: RELEASE_LABELS },
    options,
  );
  context.signal.throwIfAborted();
  const after = await readHelmRecord(context.cluster(cluster), release, namespace);
  if (after?.status === 'deployed' && result.exitCode === 0) return;
  const unguarded = result.lastLines.findLast((line) => unreachableWebhook(line) !== undefined);
  if (unguarded !== undefined) throw new WebhookSilentError(cluster, `helm upgrade ${release}`, unreachableWebhook(unguarded)!, unguarded);
  if (wasKilled(result)) throw new TransientError(`helm on ${cluster} was ended from outside, release ${release} is ${after?.status ?? 'missing'}`);
  const problem: Problem = {
    code: wanted.problemCode,
    what: told`helm did not deploy release ${release} on ${cluster}`,
    evidence: [`the release is ${after?.status ?? 'missing'}; helm ${endOf(result)}`, ...result.lastLines.slice(-5)],
    remedy: helmRemedy(result.lastLines.join('\n')),
  };
  const cut = lostConnection(result);
  throw cut === undefined ? new ProblemError(problem) : new PassingProblemError(problem, `helm on ${cluster} lost its connection: ${cut}`);
};

/** The release is read before anything else is done with it: whatever another helm left or still does, an upgrade over it would fail or be lost. */
const repair = async (
  { cluster, release, namespace }: WantedRelease,
  context: ApplyContext,
  command: 'uninstall' | 'rollback',
  options: CliOptions,
): Promise<void> => {
  const result = await context.helm[command]({ cluster, release, namespace }, options);
  context.signal.throwIfAborted();
  const after = await readHelmRecord(context.cluster(cluster), release, namespace);
  if (after === undefined || !UNDER_WAY.includes(after.status)) return;
  throw new TransientError(`Helm release ${release} on ${cluster} is still ${after.status}: helm ${command} ${endOf(result)}`);
};

const endOf = ({ timedOut, exitCode }: CliResult): string => {
  if (timedOut) return 'ran out of time';
  if (exitCode === undefined) return 'was ended from outside';
  return exitCode === 0 ? 'itself reported no failure' : 'reported a failure';
};

const helmRemedy = (text: string): Text => {
  if (text.includes('no matches for kind "ManifestWorkReplicaSet"'))
    return told`The hub lacks the feature gate ManifestWorkReplicaSet: enable it in the ClusterManager, then retry.`;
  if (/no such host|failed to fetch|dial tcp|not found: manifest/.test(text))
    return told`The chart or the cluster cannot be reached from the worker: check the chart reference and the network, then retry.`;
  return told`Remove the cause that helm names, then retry: the step starts where it stopped.`;
};
