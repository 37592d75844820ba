import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createClusteradm } from '../../../src/adapters/cli/clusteradm.ts';
import { createHelm } from '../../../src/adapters/cli/helm.ts';
import { runCli } from '../../../src/adapters/cli/run-cli.ts';
import { ProblemError } from '../../../src/domain/problem.ts';
import { LeaseLostError } from '../../../src/ports/lease.ts';
import { toolOnPath } from './tool-on-path.ts';
import { eventually, patienceMs } from '../../support/eventually.ts';
import { ownTime } from '../../support/own-time.ts';

const kubeconfigOf = async (cluster: string): Promise<string> => `# kubeconfig of ${cluster}\n`;
const options = () => ({ signal: new AbortController().signal, timeoutMs: patienceMs() });
const environment = () => ({ PATH: process.env['PATH'] ?? '' });
const never = (): AbortSignal => new AbortController().signal;

test('a tool sees the given environment alone, and its home is gone afterwards', async () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not for tools');
  const folder = await toolOnPath('helm', 'env > "$FOLDER/env"; cat "$KUBECONFIG" > "$FOLDER/kubeconfig"; stat -c %a "$KUBECONFIG" > "$FOLDER/mode"');
  await createHelm({ kubeconfigOf }).rollback({ cluster: 'tokyo', release: 'kubedb', namespace: 'kubedb' }, options());
  const seen = await readFile(join(folder, 'env'), 'utf8');
  const home = /^HOME=(.*)$/m.exec(seen)?.[1] ?? '';
  expect(seen).not.toContain('AWS_SECRET_ACCESS_KEY');
  expect(/^KUBECACHEDIR=(.*)$/m.exec(seen)?.[1]).toBe(join(home, 'kube-cache'));
  expect(await readFile(join(folder, 'kubeconfig'), 'utf8')).toBe('# kubeconfig of tokyo\n');
  expect((await readFile(join(folder, 'mode'), 'utf8')).trim()).toBe('600');
  await expect(stat(home)).rejects.toThrow('ENOENT');
});

test('secret values of helm travel in a file of their own, never in argv', async () => {
  const folder = await toolOnPath(
    'helm',
    'printf "%s\\n" "$@" > "$FOLDER/args"; for a in "$@"; do case "$a" in *secret-values.yaml) cat "$a" > "$FOLDER/secret";; esac; done; echo "license top-secret-licence is bad"',
  );
  const lines: string[] = [];
  const { lastLines } = await createHelm({ kubeconfigOf }).upgrade(
    {
      cluster: 'tokyo',
      release: 'kubedb',
      namespace: 'kubedb',
      chart: 'oci://registry.example/kubedb',
      version: 'v2026.2.26',
      values: { petset: { enabled: true } },
      secretValues: { 'global.license': 'top-secret-licence' },
      labels: { owner: 'pgdist' },
    },
    { ...options(), onLine: (line) => lines.push(line) },
  );
  const args = await readFile(join(folder, 'args'), 'utf8');
  expect(args).not.toContain('top-secret-licence');
  expect(args.split('\n')).toEqual(
    expect.arrayContaining(['upgrade', '--install', '--create-namespace', '--version', 'v2026.2.26', '--labels', 'owner=pgdist']),
  );
  expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('global:\n  license: top-secret-licence\n');
  expect([...lastLines, ...lines]).toEqual(['license (hidden) is bad', 'license (hidden) is bad']);
});

test('a chart on disk gets no version: helm takes the one in the chart', async () => {
  const folder = await toolOnPath('helm', 'printf "%s\\n" "$@" > "$FOLDER/args"');
  const upgrade = { cluster: 'tokyo', release: 'a', namespace: 'a', chart: './charts/a', version: '1.0.0', values: {} };
  await createHelm({ kubeconfigOf }).upgrade(upgrade, options());
  expect(await readFile(join(folder, 'args'), 'utf8')).not.toContain('--version');
});

test('calls of one release run one after another, those of others do not wait', async () => {
  const folder = await toolOnPath('helm', 'case "$*" in *kubedb*) echo start >> "$FOLDER/log"; sleep 0.2; echo end >> "$FOLDER/log";; esac');
  const helm = createHelm({ kubeconfigOf });
  const release = { cluster: 'tokyo', release: 'kubedb', namespace: 'kubedb' };
  await Promise.all([
    helm.rollback(release, options()),
    helm.rollback(release, options()),
    helm.rollback({ ...release, release: 'other', namespace: 'x' }, options()),
  ]);
  expect((await readFile(join(folder, 'log'), 'utf8')).trim().split('\n')).toEqual(['start', 'end', 'start', 'end']);
});

test('clusteradm never waits nor switches contexts, and hides the token', async () => {
  const folder = await toolOnPath('clusteradm', 'printf "%s\\n" "$@" > "$FOLDER/args"; echo "joined with $2"');
  const { lastLines } = await createClusteradm({ kubeconfigOf }).join(
    {
      cluster: 'tokyo',
      clusterName: 'tokyo',
      hubApiServer: 'https://hub:6443',
      hubToken: 'opaque-hub-token',
      hubCa: 'CA',
      bundleVersion: '1.3.1',
      klusterletValues: { klusterlet: { clusterName: 'tokyo' } },
    },
    options(),
  );
  const args = (await readFile(join(folder, 'args'), 'utf8')).split('\n');
  expect(args).toEqual(
    expect.arrayContaining([
      'join',
      '--hub-apiserver=https://hub:6443',
      '--cluster-name=tokyo',
      expect.stringMatching(/^--klusterlet-values-file=\/.*\.yaml$/),
    ]),
  );
  expect(args.join(' ')).not.toMatch(/--wait|--context/);
  expect(lastLines).toEqual(['joined with --hub-token=(hidden)']);
});

test('a cancelled call is ended with all its children', async () => {
  const folder = await toolOnPath('endless', 'sleep 1000 & echo $! > "$FOLDER/child"; echo started; wait');
  const cancel = new AbortController();
  const { exitCode } = await runCli({
    tool: 'endless',
    args: [],
    environment: environment(),
    signal: cancel.signal,
    timeoutMs: patienceMs(),
    onLine: () => cancel.abort(),
  });
  expect(exitCode).toBeUndefined();
  const child = Number(await readFile(join(folder, 'child'), 'utf8'));
  await eventually(() => expect(() => process.kill(child, 0)).toThrow('ESRCH'));
});

test('a tool that would end in its own time is killed at once when the lease was lost, with its children', async () => {
  const folder = await toolOnPath('stubborn', 'trap "" TERM; sleep 1000 & echo $! > "$FOLDER/child"; echo started; wait; wait');
  const lost = new AbortController();
  const sinceStarted = ownTime();
  onTestFinished(sinceStarted.stop);
  const { exitCode } = await runCli({
    tool: 'stubborn',
    args: [],
    environment: environment(),
    signal: AbortSignal.any([never(), lost.signal]),
    timeoutMs: patienceMs(),
    onLine: () => lost.abort(new LeaseLostError('another worker holds it')),
  });
  expect(exitCode).toBeUndefined();
  expect(sinceStarted.elapsedMs()).toBeLessThan(5_000);
  const child = Number(await readFile(join(folder, 'child'), 'utf8'));
  await eventually(() => expect(() => process.kill(child, 0)).toThrow('ESRCH'));
});

test('a call that takes too long is ended and says so', async () => {
  await toolOnPath('endless', 'sleep 1000');
  const result = await runCli({ tool: 'endless', args: [], environment: environment(), signal: never(), timeoutMs: 100 });
  expect(result.timedOut).toBe(true);
});

test('a tool that is not on PATH is a problem with its remedy', async () => {
  const call = runCli({ tool: 'no-such-tool', args: [], environment: environment(), signal: never(), timeoutMs: 100 });
  await expect(call).rejects.toSatisfy((error) => error instanceof ProblemError && error.problems[0]?.code === 'PGD-013');
});

test('tools that were built without their version are there all the same', async () => {
  await toolOnPath('helm', 'echo v4.1');
  await toolOnPath('clusteradm', 'printf "clusteradm\\tversion\\t:\\ndefault bundle\\tversion\\t:1.3.1\\n"');
  expect(await createHelm({ kubeconfigOf }).version(never())).toBe('v4.1');
  expect(await createClusteradm({ kubeconfigOf }).version(never())).toBe('of no version that it names');
});

test('versions are read from what the tools print, undefined without the tool', async () => {
  await toolOnPath('clusteradm', 'printf "clusteradm\\tversion\\t:v1.3.1\\n"; echo "Error: no cluster" >&2; exit 1');
  await toolOnPath('helm', 'echo v4.1.4');
  expect(await createClusteradm({ kubeconfigOf }).version(never())).toBe('v1.3.1');
  expect(await createHelm({ kubeconfigOf }).version(never())).toBe('v4.1.4');
  vi.stubEnv('PATH', '');
  expect(await createHelm({ kubeconfigOf }).version(never())).toBeUndefined();
});
