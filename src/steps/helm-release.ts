import { change, blocked, inPlace, type Finding, type Verdict } from '../domain/finding.ts';
import { unreachableWebhook } from '../domain/unreachable-webhook.ts';
import { WebhookSilentError } from '../ports/cluster-errors.ts';
import { lostConnection, wasKilled, type CliOptions, type CliResult } from '../ports/cli.ts';
import { byDeploy, byTyping, PassingProblemError, ProblemError, TransientError, type Problem, type ProblemCode } from '../domain/problem.ts';
import type { ApplyContext, Step, StepContext } from './context.ts';
import { readHelmRecord, RELEASE_LABELS, sameVersion, type HelmRecord, type HelmStatus } from './helm-record.ts';
import { valueChanges, type HelmValues } from './helm-values.ts';
import { upgradeArguments } from '../domain/tool-commands.ts';
import { helmIn } from '../domain/terminal.ts';
import { phrase, type Text, told } from '../domain/text.ts';
import { helmRights } from './installer-rights.ts';
import { installerRightsTo, rightsTo, type Grant } from './rights.ts';

interface HelmStep extends Pick<Step, 'id' | 'title' | 'stage' | 'cluster' | 'rights' | 'verifyTimeoutMs'> {
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** Kinds of objects in the chart that not every chart has, for what helm may do. */
  readonly chartRights: readonly Grant[];
  values(context: StepContext): HelmValues | Promise<HelmValues>;
  /** By dotted key; compared with the release, never shown. */
  secretValues?(context: StepContext): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Dotted paths without which a release of others cannot serve: a difference there blocks, any other is a warning. */
  readonly required?: readonly string[];
  /** Told when helm did not deploy the release. */
  readonly problemCode: ProblemCode;
  /** Is what the release brings healthy; asked once the release is deployed. */
  verify(context: StepContext): Promise<Verdict>;
  /** Bound on one helm call, milliseconds; default 10 minutes. */
  readonly helmTimeoutMs?: number;
}

/** How a step goes on from what it found of the release. */
type Standing =
  | { readonly kind: 'deployed'; readonly warnings: readonly string[] }
  | { readonly kind: 'deploy'; readonly first?: 'uninstall' | 'rollback'; readonly why: Text }
  | { readonly kind: 'blocked'; readonly problem: Problem };

const HELM_TIMEOUT_MS = 600_000;

/** A step that wants one Helm release. A release of others is never touched; a stuck one is repaired only where the record says that it is ours. */
export const helmStep = (wanted: HelmStep): Step => ({
  id: wanted.id,
  title: wanted.title,
  stage: wanted.stage,
  cluster: wanted.cluster,
  verifyTimeoutMs: wanted.verifyTimeoutMs,
  rights: [
    ...wanted.rights,
    // What is installed is read from the release's Secrets, whoever installed it.
    ...rightsTo(`read Helm release ${wanted.release}`, wanted.cluster, { verbs: 'list watch', on: 'secrets', namespace: wanted.namespace }),
    // A release may be kept there instead: it would be installed over.
    ...installerRightsTo(`see where Helm release ${wanted.release} is kept`, wanted.cluster, {
      verbs: 'list watch',
      on: 'configmaps',
      namespace: wanted.namespace,
    }),
    ...helmRights(wanted.cluster, wanted.release, wanted.namespace, wanted.chartRights),
  ],
  async check(context): Promise<Finding> {
    const record = await readHelmRecord(context.cluster(wanted.cluster), wanted.release, wanted.namespace);
    const { values, secrets } = await wantedValues(wanted, context);
    const standing = standingOf(wanted, record, values, secrets);
    if (standing.kind === 'blocked') return blocked(standing.problem);
    if (standing.kind === 'deployed') return inPlace(`Helm release ${wanted.release} ${record?.version ?? ''} is deployed`, standing.warnings);
    const object = `Helm release ${wanted.release} ${wanted.version}`;
    const repair = { cluster: wanted.cluster, object: `Helm release ${wanted.release}`, fields: [], impact: standing.why };
    const versionChange =
      record === undefined || sameVersion(record.version, wanted.version) ? [] : [{ path: 'version', from: record.version, to: wanted.version }];
    return change([
      ...(standing.first === 'uninstall' ? [{ ...repair, action: 'delete' as const }] : []),
      ...(standing.first === 'rollback' ? [{ ...repair, action: 'change' as const }] : []),
      {
        cluster: wanted.cluster,
        action: record === undefined || standing.first === 'uninstall' ? 'install' : 'change',
        object,
        command: commandOf(wanted, secrets),
        fields: [...versionChange, ...valueChanges(record?.config ?? {}, values, secrets)],
        ...(record === undefined || standing.first === 'uninstall' ? {} : { impact: standing.why }),
      },
    ]);
  },
  async apply(context) {
    const record = await readHelmRecord(context.cluster(wanted.cluster), wanted.release, wanted.namespace);
    const { values, secrets } = await wantedValues(wanted, context);
    const standing = standingOf(wanted, record, values, secrets);
    if (standing.kind === 'blocked') throw new ProblemError(standing.problem);
    if (standing.kind === 'deployed') return;
    await deploy(wanted, context, standing.first, { values, secrets });
  },
  async verify(context) {
    const record = await readHelmRecord(context.cluster(wanted.cluster), wanted.release, wanted.namespace);
    if (record?.status === 'deployed') return wanted.verify(context);
    const seen = record === undefined ? 'missing' : record.status;
    const interrupted = record !== undefined && UNDER_WAY.includes(record.status);
    return {
      healthy: false,
      waitingFor: `Helm release ${wanted.release} is ${seen}`,
      problem: {
        code: interrupted ? 'PGD-048' : wanted.problemCode,
        what: told`Helm release ${wanted.release} is not deployed on ${wanted.cluster}`,
        evidence: [`status ${seen}`, ...(record === undefined ? [] : [`revision ${record.revision}, chart ${record.chart} ${record.version}`])],
        ...(interrupted
          ? byTyping(
              told`Make sure that no helm is running, as its history tells, then deploy again: ${record.ours ? phrase`pgdist takes the interrupted one back first` : phrase`pgdist does not touch a release of others`}.`,
              helmIn(wanted.cluster, wanted.namespace, `history ${wanted.release}`),
            )
          : byDeploy(told`Deploy again: pgdist installs it, or says what keeps it from that.`)),
      },
    };
  },
});

const commandOf = ({ helmTimeoutMs = HELM_TIMEOUT_MS, ...wanted }: HelmStep, secrets: Readonly<Record<string, string>>): string => {
  const valuesFiles = ['<values>', ...(Object.keys(secrets).length > 0 ? ['<secret values>'] : [])];
  return ['helm', ...upgradeArguments({ ...wanted, labels: RELEASE_LABELS, valuesFiles, timeoutMs: helmTimeoutMs })].join(' ');
};

const wantedValues = async (wanted: HelmStep, context: StepContext) => ({
  values: await wanted.values(context),
  secrets: (await wanted.secretValues?.(context)) ?? {},
});

/** The takeover rules: pending-install goes only if ours and revision 1, other pending ones of ours are rolled back, none of others is touched. */
const standingOf = (wanted: HelmStep, record: HelmRecord | undefined, values: HelmValues, secrets: Readonly<Record<string, string>>): Standing => {
  if (record === undefined || record.status === 'uninstalled') return { kind: 'deploy', why: told`not installed` };
  if (!record.ours) return standingOfOthers(wanted, record, values, secrets);
  switch (record.status) {
    case 'deployed': {
      const same = sameVersion(record.version, wanted.version) && valueChanges(record.config, values, secrets).length === 0;
      return same
        ? { kind: 'deployed', warnings: [] }
        : { kind: 'deploy', why: told`upgrades the release that pgdist installed (revision ${record.revision})` };
    }
    case 'pending-install':
      if (record.revision === 1) return { kind: 'deploy', first: 'uninstall', why: told`the install was interrupted: it is removed and made again` };
      return { kind: 'blocked', problem: stuck(wanted, record) };
    case 'pending-upgrade':
    case 'pending-rollback':
      return { kind: 'deploy', first: 'rollback', why: told`the upgrade was interrupted: it is rolled back and made again` };
    case 'uninstalling':
      return { kind: 'deploy', first: 'uninstall', why: told`the uninstall was interrupted: it is finished, then installed again` };
    case 'failed':
    case 'superseded':
    case 'unknown':
      break;
  }
  return { kind: 'deploy', why: told`revision ${record.revision} is ${record.status}: upgraded again` };
};

const standingOfOthers = (wanted: HelmStep, record: HelmRecord, values: HelmValues, secrets: Readonly<Record<string, string>>): Standing => {
  if (record.status !== 'deployed') return { kind: 'blocked', problem: stuck(wanted, record) };
  const given = (path: string): boolean => Object.hasOwn(secrets, path) || (wanted.required ?? []).includes(path);
  const differing = valueChanges(record.config, values, secrets).filter(({ path, to }) => to !== undefined || Object.hasOwn(secrets, path));
  const missing = differing.filter(({ path }) => given(path) && !Object.hasOwn(secrets, path));
  if (missing.length > 0) {
    return {
      kind: 'blocked',
      problem: {
        code: 'PGD-048',
        what: told`Helm release ${wanted.release} on ${wanted.cluster} was installed by others without settings that are needed`,
        evidence: missing.map(({ path, from, to }) => `${path} is ${JSON.stringify(from) ?? 'not set'}, needed is ${JSON.stringify(to)}`),
        remedy: told`Have its owner run helm upgrade with these values; pgdist does not change a release that it did not install.`,
      },
    };
  }
  return {
    kind: 'deployed',
    warnings: [
      `Helm release ${wanted.release} was installed by others: it is left as it is`,
      ...(sameVersion(record.version, wanted.version) ? [] : [`it has version ${record.version}, configured is ${wanted.version}`]),
      ...(differing.length === 0 ? [] : [`its values differ in ${differing.map(({ path }) => path).join(', ')}`]),
    ],
  };
};

const stuck = (wanted: HelmStep, record: HelmRecord): Problem => ({
  code: 'PGD-048',
  what: told`Helm release ${wanted.release} on ${wanted.cluster} is ${record.status} and ${record.ours ? 'past its first revision' : 'belongs to others'}`,
  evidence: [`revision ${record.revision}, chart ${record.chart} ${record.version}`, ...(record.ours ? [] : ['its record has no label of pgdist'])],
  ...byTyping(
    told`Make sure that no helm is running, then:`,
    helmIn(wanted.cluster, wanted.namespace, `${record.status === 'pending-install' ? 'uninstall' : 'rollback'} ${wanted.release}`),
  ),
});

const deploy = async (
  wanted: HelmStep,
  context: ApplyContext,
  first: 'uninstall' | 'rollback' | undefined,
  { values, secrets }: { readonly values: HelmValues; readonly secrets: Readonly<Record<string, string>> },
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
  { cluster, release, namespace }: HelmStep,
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

/** Statuses of a release with which a helm is not done. */
const UNDER_WAY: readonly HelmStatus[] = ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling'];

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
