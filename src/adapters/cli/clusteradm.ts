import type { CliOptions, CliResult, Clusteradm } from '../../ports/cli.ts';
import { initArguments, joinArguments } from '../../domain/tool-commands.ts';
import { createRedactor } from '../../redaction/redactor.ts';
import type { CliDependencies } from './helm.ts';
import { oneAtATime } from '../../domain/one-at-a-time.ts';
import { runCli } from './run-cli.ts';
import { withToolHome, type ToolHome } from './tool-home.ts';
import { toolVersion } from './tool-version.ts';

/**
 * clusteradm, one call at a time per cluster. Never with --context: init would write the address of the kubeconfig's current context into the
 * chosen cluster, so each call has a kubeconfig of one context. Never with --wait: it gives up on any dropped watch, and join's uses unverified TLS.
 */
export const createClusteradm = ({ kubeconfigOf, redactor = createRedactor() }: CliDependencies): Clusteradm => {
  const inTurn = oneAtATime();
  const version = toolVersion({ tool: 'clusteradm', args: ['version'], redactor, versionIn });
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

  return {
    init: ({ cluster, bundleVersion, featureGates }, options) =>
      run(cluster, options, [], async () => initArguments({ bundleVersion, featureGates, timeoutMs: options.timeoutMs })),
    join: ({ cluster, clusterName, hubApiServer, hubToken, hubCa, bundleVersion, klusterletValues }, options) =>
      run(cluster, options, [hubToken], async (home) =>
        joinArguments({
          hubToken,
          hubApiServer,
          caFile: await home.write('hub-ca.pem', hubCa),
          clusterName,
          bundleVersion,
          // JSON is YAML.
          valuesFile: await home.write('klusterlet-values.yaml', JSON.stringify(klusterletValues)),
          timeoutMs: options.timeoutMs,
        }),
      ),
    version,
  };
};

/** Without a cluster it ends with an error after this line; one that was installed as a Go module prints nothing there. */
const versionIn = (lines: readonly string[]): string | undefined => {
  const said = lines.map((line) => /clusteradm\s+version\s*:(\S*)/.exec(line)?.[1]).find((version) => version !== undefined);
  return said === '' ? 'of no version that it names' : said;
};
