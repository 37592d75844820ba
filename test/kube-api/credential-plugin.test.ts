import { systemClock } from '../../src/adapters/system/clock.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { connectCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { boundedClient } from '../../src/walk/clients/bounded-client.ts';
import { openClusters } from '../../src/adapters/kubernetes/open-clusters.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { credentialsOf, type CredentialOptions } from '../../src/kube-api/credentials.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { toolOnPath } from '../adapters/cli/tool-on-path.ts';
import { testFleet } from '../support/fleet.ts';
import { eventually } from '../support/eventually.ts';

const kubeconfig = (user: unknown): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'tokyo',
    contexts: [{ name: 'tokyo', context: { cluster: 'tokyo', user: 'tokyo' } }],
    clusters: [{ name: 'tokyo', cluster: { server: 'https://tokyo.example:6443' } }],
    users: [{ name: 'tokyo', user }],
  });
const exec = (more: object = {}) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'plugin', interactiveMode: 'Never', ...more },
});
const open = (user: unknown, options: CredentialOptions = { plugins: ['plugin'] }) =>
  credentialsOf(loadKubeConfig({ text: kubeconfig(user) }), options);
const answer = (status: object): string =>
  `printf '%s' '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}'`;

test('a plugin sees PATH, HOME, what the kubeconfig sets for it, and what Kubernetes tells it: nothing else', async () => {
  vi.stubEnv('SLACK_BOT_TOKEN', 'not for plugins');
  vi.stubEnv('REDIS_URL', 'redis://not-for-plugins');
  const folder = await toolOnPath('plugin', `env > "$FOLDER/env"; printf '%s\\n' "$@" > "$FOLDER/args"; ${answer({ token: 't' })}`);
  await open(exec({ args: ['get-token', '--cluster'], env: [{ name: 'AWS_PROFILE', value: 'prod' }], provideClusterInfo: true })).now();
  const seen = Object.fromEntries(
    (await readFile(join(folder, 'env'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const shells = ['PWD', 'SHLVL', '_', 'OLDPWD'];
  expect(
    Object.keys(seen)
      .filter((name) => !shells.includes(name))
      .toSorted(),
  ).toEqual(['AWS_PROFILE', 'HOME', 'KUBERNETES_EXEC_INFO', 'PATH']);
  expect(JSON.parse(seen['KUBERNETES_EXEC_INFO'] ?? '')).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: 'https://tokyo.example:6443' } },
  });
  expect(await readFile(join(folder, 'args'), 'utf8')).toBe('get-token\n--cluster\n');
});

test.each([
  'PATH',
  'Path',
  'LD_PRELOAD',
  'DYLD_INSERT_LIBRARIES',
  'NODE_OPTIONS',
  'PYTHONPATH',
  'CLOUDSDK_PYTHON',
  'BASH_ENV',
  'BASH_FUNC_x%%',
  'ENV',
  'PERL5OPT',
])('a kubeconfig that sets %s for an allowed plugin would decide what runs: nothing is run', async (name) => {
  const evil = await toolOnPath('plugin', `echo run >> "$FOLDER/log"; ${answer({ token: 'evil' })}`);
  const folder = await toolOnPath('plugin', `echo run >> "$FOLDER/log"; ${answer({ token: 'good' })}`);
  const opened = open(exec({ env: [{ name, value: evil }] })).now();
  await expect(opened).rejects.toThrow(`the kubeconfig sets ${name} for it`);
  for (const one of [evil, folder]) await expect(readFile(join(one, 'log'), 'utf8')).rejects.toThrow('ENOENT');
});

test.each(['./plugin', '../plugin', 'x/../plugin', 'plugin ', ' plugin', 'plugin\n', 'PLUGIN', '/bin/plugin', 'plugin;true'])(
  'a command %j is another one than the plugin that is allowed',
  async (command) => {
    await toolOnPath('plugin', answer({ token: 't' }));
    await expect(open(exec({ command })).now()).rejects.toThrow('does not name it');
  },
);

test('what a plugin gives is told to the redactor, also when it is renewed', async () => {
  const folder = await toolOnPath(
    'plugin',
    `echo run >> "$FOLDER/log"; printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"opaque-token-number-%s"}}' "$(wc -l < "$FOLDER/log" | tr -d ' ')"`,
  );
  const redactor = createRedactor();
  const credentials = open(exec(), { plugins: ['plugin'], learn: redactor.learn });
  await credentials.renew(await credentials.now(), 'refused');
  expect((await credentials.now()).headers).toEqual({ authorization: 'Bearer opaque-token-number-2' });
  expect(redactor.text('saw opaque-token-number-1 and opaque-token-number-2')).toBe('saw (hidden) and (hidden)');
  expect(await readFile(join(folder, 'log'), 'utf8')).toBe('run\nrun\n');
});

test('a credential that ends soon is asked for again, another is kept', async () => {
  const folder = await toolOnPath(
    'plugin',
    `echo run >> "$FOLDER/log"; ${answer({ token: 't', expirationTimestamp: new Date(Date.now() + 5_000).toISOString() })}`,
  );
  const credentials = open(exec());
  await credentials.now();
  await credentials.now();
  expect(await readFile(join(folder, 'log'), 'utf8')).toBe('run\nrun\n');
});

describe('a plugin that', () => {
  const reasonOf = async (user: unknown, options?: CredentialOptions): Promise<string> =>
    open(user, options)
      .now()
      .then(
        () => 'it gave credentials',
        (error: unknown) => (error instanceof Error ? error.message : 'no error'),
      );

  test.each([[[]], [['aws', 'plugin2', '/usr/bin/plugin']]])('pgdist.yaml does not name does not run (%j)', async (plugins) => {
    const folder = await toolOnPath('plugin', `echo ran > "$FOLDER/ran"; ${answer({ token: 't' })}`);
    expect(await reasonOf(exec(), { plugins })).toBe(
      'credential plugin `plugin` of context tokyo is not allowed: credentialPlugins of pgdist.yaml does not name it',
    );
    await expect(readFile(join(folder, 'ran'))).rejects.toThrow('ENOENT');
  });

  test('lies elsewhere under an allowed name does not run', async () => {
    const folder = await toolOnPath('plugin', answer({ token: 't' }));
    expect(await reasonOf(exec({ command: join(folder, 'plugin') }))).toContain('is not allowed');
  });

  test('is an old auth-provider with a program does not run', async () => {
    const folder = await toolOnPath('plugin', `echo ran > "$FOLDER/ran"; ${answer({ token: 't' })}`);
    for (const name of ['gcp', 'azure', 'whatever'])
      expect(await reasonOf({ 'auth-provider': { name, config: { 'cmd-path': join(folder, 'plugin') } } })).toContain('is not allowed');
    expect(() => open({ 'auth-provider': { name: 'exec', config: { exec: { command: join(folder, 'plugin') } } } })).toThrow(
      'auth-provider.config.exec',
    );
    await expect(readFile(join(folder, 'ran'))).rejects.toThrow('ENOENT');
  });

  test('hangs is ended with its children', async () => {
    const folder = await toolOnPath('plugin', 'sleep 1000 & echo $! > "$FOLDER/child"; wait');
    expect(await reasonOf(exec(), { plugins: ['plugin'], pluginTimeoutMs: 1_000 })).toContain('it did not end within 1 s');
    const child = Number(await readFile(join(folder, 'child'), 'utf8'));
    await eventually(() => expect(() => process.kill(child, 0)).toThrow('ESRCH'));
  });

  test('has not ended when a call takes too long is told instead of a silent cluster, and no other call waits for it', async () => {
    await toolOnPath('plugin', 'exec sleep 1000');
    const cluster = connectCluster({
      name: 'tokyo',
      kubeConfig: loadKubeConfig({ text: kubeconfig(exec()) }),
      plugins: ['plugin'],
      pluginTimeoutMs: 2_000,
    });
    const signal = new AbortController().signal;
    const bounded = boundedClient((limits) => cluster.withLimits(limits), { clock: systemClock, signal, timeoutMs: 500, oneSilenceIsEnough: true });
    const told = await Promise.allSettled([bounded.version(), bounded.version()]).then(() => bounded.version().catch((error: unknown) => error));
    await cluster.close();
    expect((told as ProblemError).problems).toMatchObject([{ code: 'PGD-005', what: expect.stringContaining('failed: it has not ended yet') }]);
  });

  test('prints without end is ended', async () => {
    await toolOnPath('plugin', 'exec yes');
    expect(await reasonOf(exec())).toContain('it printed more than');
  });

  test.each([
    ['is not there', exec({ command: 'no-such-plugin' }), 'echo', "it is not on the worker's PATH"],
    ['prints nothing', exec(), 'true', 'it printed no ExecCredential'],
    ['gives nothing', exec(), answer({}), 'neither a token nor a client certificate'],
  ])('%s is told', async (_, user, script, reason) => {
    await toolOnPath('plugin', script);
    expect(await reasonOf(user, { plugins: ['plugin', 'no-such-plugin'] })).toContain(reason);
  });

  test('fails is tried three times and told by its last line, for tools as well', async () => {
    const folder = await toolOnPath('plugin', 'echo run >> "$FOLDER/log"; echo "Trace" >&2; echo "the SSO session has expired" >&2; exit 255');
    const config = join(folder, 'kubeconfig');
    await import('node:fs/promises').then(({ writeFile }) => writeFile(config, kubeconfig(exec())));
    const clusters = openClusters({ kubeconfig: config, fleet: testFleet, random: Math.random, clock: systemClock, plugins: ['plugin'] });
    const error = await clusters.kubeconfigOf('tokyo').catch((reason: unknown) => reason);
    await clusters.close();
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problems).toMatchObject([
      {
        code: 'PGD-005',
        what: 'Credential plugin `plugin` of context tokyo failed: the SSO session has expired',
        remedy: expect.stringContaining('`plugin`'),
      },
    ]);
    expect(await readFile(join(folder, 'log'), 'utf8')).toBe('run\nrun\nrun\n');
  });
});
