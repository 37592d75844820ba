import { change, blocked, inPlace, type Finding } from '../domain/finding.ts';
import { byDeploy, byTyping, ProblemError } from '../domain/problem.ts';
import { helmIn } from '../domain/terminal.ts';
import { phrase, told } from '../domain/text.ts';
import { upgradeArguments } from '../domain/tool-commands.ts';
import type { Step, StepContext } from './context.ts';
import { releaseByHand } from './by-hand/helm.ts';
import { deployRelease } from './helm-deploy.ts';
import { readHelmRecord, RELEASE_LABELS, sameVersion, UNDER_WAY } from './helm-record.ts';
import { standingOf } from './helm-standing.ts';
import { valueChanges } from './helm-values.ts';
import { HELM_TIMEOUT_MS, type WantedRelease } from './helm-wanted.ts';
import { helmRights } from './installer-rights.ts';
import { installerRightsTo, rightsTo } from './rights.ts';

/** A step that wants one Helm release. A release of others is never touched; a stuck one is repaired only where the record says that it is ours. */
export const helmStep = (wanted: WantedRelease): Step => ({
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
    const standing = standingOf(wanted, record, { values, secrets });
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
  async byHand(context) {
    const { secretFiles = {}, helmTimeoutMs = HELM_TIMEOUT_MS, awaitedByHand = [] } = wanted;
    const values = await wanted.values(context);
    const { does, awaits } = releaseByHand(context.fleet, { ...wanted, labels: RELEASE_LABELS, values, secretFiles, helmTimeoutMs });
    return { does, awaits: [...awaits, ...awaitedByHand] };
  },
  async apply(context) {
    const record = await readHelmRecord(context.cluster(wanted.cluster), wanted.release, wanted.namespace);
    const { values, secrets } = await wantedValues(wanted, context);
    const standing = standingOf(wanted, record, { values, secrets });
    if (standing.kind === 'blocked') throw new ProblemError(standing.problem);
    if (standing.kind === 'deployed') return;
    await deployRelease(wanted, context, standing.first, { values, secrets });
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

const commandOf = ({ helmTimeoutMs = HELM_TIMEOUT_MS, ...wanted }: WantedRelease, secrets: Readonly<Record<string, string>>): string => {
  const valuesFiles = ['<values>', ...(Object.keys(secrets).length > 0 ? ['<secret values>'] : [])];
  return ['helm', ...upgradeArguments({ ...wanted, labels: RELEASE_LABELS, valuesFiles, timeoutMs: helmTimeoutMs })].join(' ');
};

const wantedValues = async (wanted: WantedRelease, context: StepContext) => ({
  values: await wanted.values(context),
  secrets: (await wanted.secretValues?.(context)) ?? {},
});
