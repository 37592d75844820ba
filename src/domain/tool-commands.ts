/** How the installers are called: one definition for who calls them and for the plan that shows it. */

/** Of clusteradm init. */
export const initArguments = ({ bundleVersion, featureGates, timeoutMs }: InitWords): string[] => [
  'init',
  `--bundle-version=${bundleVersion}`,
  ...(featureGates.length === 0 ? [] : [`--feature-gates=${featureGates.map((name) => `${name}=true`).join(',')}`]),
  timeout(timeoutMs),
];

interface InitWords {
  readonly bundleVersion: string;
  readonly featureGates: readonly string[];
  readonly timeoutMs: number;
}

/** Of clusteradm join. */
export const joinArguments = (words: JoinWords): string[] => [
  'join',
  `--hub-token=${words.hubToken}`,
  `--hub-apiserver=${words.hubApiServer}`,
  `--ca-file=${words.caFile}`,
  `--cluster-name=${words.clusterName}`,
  `--bundle-version=${words.bundleVersion}`,
  `--klusterlet-values-file=${words.valuesFile}`,
  timeout(words.timeoutMs),
];

interface JoinWords {
  readonly hubToken: string;
  readonly hubApiServer: string;
  readonly caFile: string;
  readonly clusterName: string;
  readonly bundleVersion: string;
  readonly valuesFile: string;
  readonly timeoutMs: number;
}

const timeout = (ms: number): string => `--timeout=${seconds(ms)}`;
const seconds = (ms: number): number => Math.ceil(ms / 1000);

/** Of helm upgrade. */
export const upgradeArguments = (words: UpgradeWords): string[] => [
  'upgrade',
  '--install',
  '--create-namespace',
  // A chart on disk has the version that its Chart.yaml says.
  ...(isOnDisk(words.chart) ? [] : ['--version', words.version]),
  ...words.valuesFiles.flatMap((file) => ['--values', file]),
  ...(Object.keys(words.labels).length === 0
    ? []
    : [
        '--labels',
        Object.entries(words.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(','),
      ]),
  '--timeout',
  `${seconds(words.timeoutMs)}s`,
  '--burst-limit',
  '10000',
  '--namespace',
  words.namespace,
  // Behind '--' nothing is a flag, whatever a chart or a release is called.
  '--',
  words.release,
  words.chart,
];

interface UpgradeWords {
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly valuesFiles: readonly string[];
  readonly timeoutMs: number;
}

const isOnDisk = (chart: string): boolean => !chart.includes('://') && /^[./~]/.test(chart);
