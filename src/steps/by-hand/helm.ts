import { type Bash, bash, type ByHand, joinedBy, words } from '../../domain/by-hand.ts';
import { clusterNamed, type Fleet } from '../../domain/fleet.ts';
import { upgradeArguments } from '../../domain/tool-commands.ts';
import { fileWord, placeFor, rolledOut, typed } from './lines.ts';

interface Release {
  readonly cluster: string;
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  /** By dotted key the variable of the script that names a file with the value. */
  readonly secretFiles: Readonly<Record<string, string>>;
  readonly helmTimeoutMs: number;
  readonly verifyTimeoutMs: number;
}

/** As pgdist calls helm, with its label: a later deploy finds the release as its own. The chart may be named otherwise where the script runs. */
export const releaseByHand = (fleet: Fleet, release: Release): ByHand => {
  const values = placeFor('values');
  const { cluster, namespace, version, labels, secretFiles, helmTimeoutMs } = release;
  const args = upgradeArguments({
    release: release.release,
    namespace,
    version,
    labels,
    chart: release.chart,
    valuesFiles: [values],
    timeoutMs: helmTimeoutMs,
  });
  const upgrade = typed(
    ['helm', '--kube-context', clusterNamed(fleet, cluster).context, ...args.slice(0, -3)],
    new Map([[values, { file: { name: `${fileWord(release.release)}-values@${fileWord(cluster)}.yaml`, content: release.values } }]]),
  );
  const secrets = Object.entries(secretFiles).map(([key, variable]): Bash => bash`--set-file ${key}=${variableOf(variable)}`);
  return {
    does: [
      bash`chart=${chartOf(release)}
run ${joinedBy(' ', [upgrade, ...secrets])} -- ${release.release} "$chart"`,
    ],
    awaits: [rolledOut(fleet, cluster, namespace, release.verifyTimeoutMs)],
  };
};

const variableOf = (name: string): Bash => ({ parts: [`"$${name}"`] });

/** ${KUBEDB_CHART:-oci://…} */
const chartOf = ({ release, chart }: Release): Bash => {
  const variable = `${release.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_CHART`;
  return joinedBy('', [{ parts: [`\${${variable}:-`] }, words(chart), { parts: ['}'] }]);
};
