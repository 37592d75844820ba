import type { CliOptions, CliResult, Clusteradm } from '../../ports/cli.ts';
import { createRedactor } from '../../redaction/redactor.ts';
import type { CliDependencies } from './helm.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { findTool, runCli } from './run-cli.ts';
import { withToolHome, type ToolHome } from './tool-home.ts';

const VERSION_TIMEOUT_MS = 10_000;

/**
 * clusteradm, one call at a time per cluster. Never with --context: init would write the address of the kubeconfig's current context into the
 * chosen cluster, so each call has a kubeconfig of one context. Never with --wait: it gives up on any dropped watch, and join's uses unverified TLS.
 */
export const createClusteradm = ({ kubeconfigOf, redactor = createRedactor() }: CliDependencies): Clusteradm => {
  const inTurn = oneAtATime();
  /** Asked once: an installed tool stays what it is while this process runs. */
  let known: string | undefined;
  const run = (
    cluster: string,
    options: CliOptions,
    secrets: readonly string[],
    argsIn: (home: ToolHome) => Promise<readonly string[]>,
  ): Promise<CliResult> =>
    inTurn(cluster, async () =>
      withToolHome(await kubeconfigOf(cluster), async (home) =>
        runCli({
          tool: 'clusteradm',
          args: await argsIn(home),
          environment: home.environment,
          redactor,
          secrets,
          ...options,
        }),
      ),
    );
  const timeout = ({ timeoutMs }: CliOptions): string => `--timeout=${Math.ceil(timeoutMs / 1000)}`;

  return {
    init: ({ cluster, bundleVersion, featureGates }, options) =>
      run(cluster, options, [], async () => ['init', `--bundle-version=${bundleVersion}`, ...gates(featureGates), timeout(options)]),
    join: ({ cluster, clusterName, hubApiServer, hubToken, hubCa, bundleVersion, klusterletValues }, options) =>
      run(cluster, options, [hubToken], async (home) => [
        'join',
        `--hub-token=${hubToken}`,
        `--hub-apiserver=${hubApiServer}`,
        `--ca-file=${await home.write('hub-ca.pem', hubCa)}`,
        `--cluster-name=${clusterName}`,
        `--bundle-version=${bundleVersion}`,
        // JSON is YAML.
        `--klusterlet-values-file=${await home.write('klusterlet-values.yaml', JSON.stringify(klusterletValues))}`,
        timeout(options),
      ]),
    async version(signal) {
      if ((await findTool('clusteradm')) === undefined) return undefined;
      if (known !== undefined) return known;
      const { lastLines } = await withToolHome(undefined, ({ environment }) =>
        runCli({ tool: 'clusteradm', args: ['version'], environment, redactor, signal, timeoutMs: VERSION_TIMEOUT_MS }),
      );
      // Without a cluster it ends with an error after this line.
      const told = lastLines.map((line) => /clusteradm\s+version\s*:(\S*)/.exec(line)?.[1]).find((version) => version !== undefined);
      // One that was installed as a Go module prints nothing there.
      known = told === '' ? 'of no version that it names' : told;
      return known;
    },
  };
};

const gates = (names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`--feature-gates=${names.map((name) => `${name}=true`).join(',')}`];
