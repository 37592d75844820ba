import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createClusteradm } from '../../../src/adapters/cli/clusteradm.ts';
import { createHelm } from '../../../src/adapters/cli/helm.ts';
import { toolOnPath } from './tool-on-path.ts';

const RECORD = 'for a in "$@"; do printf "%s\\n" "$a"; done > "$FOLDER/args"; env -0 > "$FOLDER/env"';
const kubeconfigOf = async (cluster: string): Promise<string> => `# kubeconfig of ${cluster}\n`;
const options = () => ({ signal: new AbortController().signal, timeoutMs: 20_000 });

/** What the tool was given, with its home as HOME. */
const recorded = async (folder: string): Promise<{ args: string[]; environment: Record<string, string> }> => {
  const environment = Object.fromEntries(
    (await readFile(join(folder, 'env'), 'utf8'))
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
      // What /bin/sh itself adds.
      .filter(([name]) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)),
  );
  const home = environment['HOME'] ?? '';
  const args = (await readFile(join(folder, 'args'), 'utf8')).trimEnd().split('\n');
  return {
    args: args.map((arg) => arg.replaceAll(home, 'HOME')),
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, name === 'HOME' ? 'HOME' : value.replaceAll(home, 'HOME')]),
    ),
  };
};

/** All that a tool sees of the worker's environment. */
const environment = (path: string) => ({
  PATH: path,
  HOME: 'HOME',
  TMPDIR: 'HOME/tmp',
  KUBECACHEDIR: 'HOME/kube-cache',
  HELM_CACHE_HOME: 'HOME/helm-cache',
  HELM_CONFIG_HOME: 'HOME/helm-config',
  HELM_DATA_HOME: 'HOME/helm-data',
  KUBECONFIG: 'HOME/kubeconfig',
});
const poisonEnvironment = (): void => {
  for (const name of [
    'SLACK_BOT_TOKEN',
    'REDIS_URL',
    'AWS_SECRET_ACCESS_KEY',
    'KUBECONFIG',
    'HELM_DRIVER',
    'HELM_PLUGINS',
    'LD_PRELOAD',
    'NODE_OPTIONS',
  ])
    vi.stubEnv(name, name === 'LD_PRELOAD' || name === 'NODE_OPTIONS' ? '' : 'not-for-tools');
  for (const name of [
    'LANG',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'https_proxy',
    'http_proxy',
    'no_proxy',
    'HELM_REGISTRY_CONFIG',
  ])
    vi.stubEnv(name, undefined);
};

test('helm gets exactly these arguments and this environment, and nothing that is called like a flag is one', async () => {
  const folder = await toolOnPath('helm', RECORD);
  poisonEnvironment();
  const helm = createHelm({ kubeconfigOf });
  const release = { cluster: 'tokyo', release: '--kube-apiserver=https://evil', namespace: '--debug' };
  await helm.upgrade(
    {
      ...release,
      chart: '--post-renderer=/tmp/evil',
      version: '--devel',
      values: {},
      secretValues: { 'a.b': 'secret' },
      labels: { owner: 'pgdist' },
    },
    options(),
  );
  expect(await recorded(folder)).toEqual({
    args: [
      'upgrade',
      '--install',
      '--create-namespace',
      ...['--version', '--devel'],
      ...['--values', 'HOME/values.yaml'],
      ...['--values', 'HOME/secret-values.yaml'],
      ...['--labels', 'owner=pgdist'],
      ...['--timeout', '20s'],
      ...['--burst-limit', '10000'],
      ...['--namespace', '--debug'],
      '--',
      '--kube-apiserver=https://evil',
      '--post-renderer=/tmp/evil',
    ],
    environment: environment(process.env['PATH'] ?? ''),
  });
  await helm.rollback(release, options());
  expect((await recorded(folder)).args).toEqual(['rollback', '--namespace', '--debug', '--', '--kube-apiserver=https://evil']);
  await helm.uninstall(release, options());
  expect((await recorded(folder)).args).toEqual(['uninstall', '--ignore-not-found', '--namespace', '--debug', '--', '--kube-apiserver=https://evil']);
});

test('clusteradm gets exactly these arguments and this environment', async () => {
  const folder = await toolOnPath('clusteradm', RECORD);
  poisonEnvironment();
  const clusteradm = createClusteradm({ kubeconfigOf });
  await clusteradm.init({ cluster: 'tokyo', bundleVersion: '1.3.1', featureGates: ['A', 'B'] }, options());
  expect(await recorded(folder)).toEqual({
    args: ['init', '--bundle-version=1.3.1', '--feature-gates=A=true,B=true', '--timeout=20'],
    environment: environment(process.env['PATH'] ?? ''),
  });
  const join_ = {
    cluster: 'tokyo',
    clusterName: '--wait',
    hubApiServer: '--context=x',
    hubToken: '--hub',
    hubCa: 'CA',
    bundleVersion: '--dry-run',
    klusterletValues: {},
  };
  await clusteradm.join(join_, options());
  expect((await recorded(folder)).args).toEqual([
    'join',
    '--hub-token=--hub',
    '--hub-apiserver=--context=x',
    '--ca-file=HOME/hub-ca.pem',
    '--cluster-name=--wait',
    '--bundle-version=--dry-run',
    '--klusterlet-values-file=HOME/klusterlet-values.yaml',
    '--timeout=20',
  ]);
});
