import { stringify } from 'yaml';
import type { CliOptions, CliResult, Helm } from '../../ports/cli.ts';
import { upgradeArguments } from '../../domain/tool-commands.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { oneAtATime } from '../../domain/one-at-a-time.ts';
import { runCli } from './run-cli.ts';
import { withToolHome, type ToolHome } from './tool-home.ts';
import { toolVersion } from './tool-version.ts';

export interface CliDependencies {
  /** YAML of a kubeconfig with one context, which is current, everything inlined. */
  kubeconfigOf(cluster: string): Promise<string>;
  readonly redactor?: Redactor;
}

interface Release {
  readonly cluster: string;
  readonly release: string;
  readonly namespace: string;
}

/** A helm that was installed as a Go module knows two numbers of its version alone. */
const VERSION = /(?:v|(?<!\d))\d{1,6}\.\d{1,6}\.\d{1,6}[\w.+-]{0,60}|^v\d{1,6}\.\d{1,6}$/;

const versionIn = (lines: readonly string[]): string | undefined =>
  lines.map((line) => VERSION.exec(line)?.[0]).find((version) => version !== undefined);

/** helm, one call at a time per release. */
export const createHelm = ({ kubeconfigOf, redactor = createRedactor() }: CliDependencies): Helm => {
  const inTurn = oneAtATime();
  const version = toolVersion({ tool: 'helm', args: ['version', '--template', '{{.Version}}'], redactor, versionIn });
  const run = (
    { cluster, release, namespace }: Release,
    options: CliOptions,
    secrets: readonly string[],
    argsIn: (home: ToolHome) => Promise<readonly string[]>,
  ): Promise<CliResult> =>
    inTurn(`${cluster}/${namespace}/${release}`, async () =>
      withToolHome(await kubeconfigOf(cluster), async (home) =>
        runCli({
          tool: 'helm',
          args: await argsIn(home),
          environment: home.environment,
          redactor,
          secrets,
          ...options,
        }),
      ),
    );

  return {
    upgrade({ chart, version, values, secretValues = {}, labels = {}, ...release }, options) {
      const argsIn = async (home: ToolHome): Promise<readonly string[]> => {
        const secretTree = Object.entries(secretValues).reduce((tree, [path, value]) => set(tree, path.split('.'), value), {});
        const valuesFiles = [
          await home.write('values.yaml', stringify(values)),
          ...(Object.keys(secretValues).length > 0 ? [await home.write('secret-values.yaml', stringify(secretTree))] : []),
        ];
        return upgradeArguments({ ...release, chart, version, labels, valuesFiles, timeoutMs: options.timeoutMs });
      };
      return run(release, options, Object.values(secretValues), argsIn);
    },
    rollback: (target, options) => run(target, options, [], async () => ['rollback', ...behind(target)]),
    uninstall: (target, options) => run(target, options, [], async () => ['uninstall', '--ignore-not-found', ...behind(target)]),
    version,
  };
};

/** Behind '--' nothing is a flag, whatever a release is called. */
const behind = ({ namespace, release }: Release): string[] => ['--namespace', namespace, '--', release];

/** { a: { b: value } } for the dotted key a.b */
const set = (tree: Record<string, unknown>, [first, ...rest]: readonly string[], value: string): Record<string, unknown> => {
  if (first === undefined) return tree;
  return { ...tree, [first]: rest.length === 0 ? value : set((tree[first] ?? {}) as Record<string, unknown>, rest, value) };
};
