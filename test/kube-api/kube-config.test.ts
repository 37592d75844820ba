import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { makeServingCertificate } from '../../playground/kubernetes-api/auth/certificates.ts';
import { credentialsOf } from '../../src/kube-api/credentials.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';

const { caPem: ca } = await makeServingCertificate('tokyo', []);

const configOf = (name: string, user: Record<string, unknown>, server = `https://${name}.example:6443`): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name, user }],
  });

const folderWith = async (files: Record<string, string>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
};

test('several files count as one, the first that names a thing wins, and one context remains', async () => {
  const folder = await folderWith({
    a: configOf('tokyo', { token: 'a' }),
    b: configOf('tokyo', { token: 'b' }, 'https://late:1'),
    c: configOf('oslo', { token: 'c' }),
  });
  const paths = ['a', 'b', 'c'].map((name) => join(folder, name)).join(delimiter);
  const oslo = loadKubeConfig({ paths }, 'oslo');
  expect(oslo).toMatchObject({ context: { name: 'oslo' }, cluster: { name: 'oslo' }, user: { name: 'oslo', token: 'c' } });
  expect(loadKubeConfig({ paths }).cluster.server).toBe('https://tokyo.example:6443');
});

test('a kubeconfig of a thousand clusters, as clouds write them, is read in a moment', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `arn:aws:eks:eu-central-1:123456789012:cluster/c-${index}`);
  const args = ['--region', 'eu-central-1', 'eks', 'get-token', '--cluster-name', 'c', '--output', 'json'];
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws', args, env: [{ name: 'AWS_PROFILE', value: 'prod' }] };
  const written = {
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    clusters: names.map((name, index) => ({
      name,
      cluster: { server: `https://${index}.example`, 'certificate-authority-data': Buffer.from(ca.repeat(2)).toString('base64') },
    })),
    users: names.map((name) => ({ name, user: { exec } })),
  };
  const text = stringify(written, { aliasDuplicateObjects: false });
  const { user: from } = process.cpuUsage();
  expect(loadKubeConfig({ text }, names[999]).cluster.server).toBe('https://999.example');
  // Of the processor, not of the clock: other work goes on beside.
  expect((process.cpuUsage().user - from) / 1000).toBeLessThan(4_000);
});

test('as many entries as fit into the limits are compared in a moment', () => {
  const text = `users: [${Array.from({ length: 40_000 }, (_, index) => `{name: a${index}}`).join(',')}]`;
  const { user: from } = process.cpuUsage();
  expect(() => loadKubeConfig({ text })).toThrow('the kubeconfig has no current context');
  expect((process.cpuUsage().user - from) / 1000).toBeLessThan(8_000);
});

test('what is wrong is said in a sentence', async () => {
  const folder = await folderWith({ a: configOf('tokyo', {}), broken: 'contexts: 3' });
  expect(() => loadKubeConfig({ paths: join(folder, 'a') }, 'oslo')).toThrow('the kubeconfig has no context oslo');
  expect(() => loadKubeConfig({ paths: join(folder, 'none') })).toThrow('the kubeconfig has no current context: there is no such file');
  expect(() => loadKubeConfig({ paths: join(folder, 'broken') })).toThrow('is not one');
});

test("a token in a file is read again, without its line's end", async () => {
  const folder = await folderWith({ token: 'first\n', config: configOf('tokyo', { tokenFile: 'token' }) });
  const config = configOf('tokyo', { tokenFile: join(folder, 'token') });
  const credentials = credentialsOf(loadKubeConfig({ text: config }));
  expect((await credentials.now()).headers).toEqual({ authorization: 'Bearer first' });
  await writeFile(join(folder, 'token'), 'second\n');
  expect((await credentials.now()).headers).toEqual({ authorization: 'Bearer second' });
});

test('a credential plugin runs once for many requests, again after it was refused', async () => {
  const folder = await folderWith({});
  const log = join(folder, 'log');
  const script = `echo run >> '${log}'; printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s"}}' "$(wc -l < '${log}' | tr -d ' ')"`;
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script], interactiveMode: 'Never' };
  const credentials = credentialsOf(loadKubeConfig({ text: configOf('tokyo', { exec }) }), { plugins: ['sh'] });
  const tokenNow = async () => (await credentials.now()).headers['authorization'];
  const tokens = await Promise.all(Array.from({ length: 10 }, tokenNow));
  expect(new Set(tokens)).toEqual(new Set(['Bearer t1']));
  const used = await credentials.now();
  const renewed = await Promise.all(Array.from({ length: 10 }, () => credentials.renew(used, 'refused')));
  expect(new Set(renewed)).toEqual(new Set([true]));
  expect(await tokenNow()).toBe('Bearer t2');
});

test("a tool's kubeconfig has one context and everything inlined, the plugin's token too", async () => {
  const script = `printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"short-lived"}}'`;
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script], interactiveMode: 'Never' };
  const credentials = credentialsOf(loadKubeConfig({ text: configOf('tokyo', { exec }) }), { plugins: ['sh'] });
  expect(credentials.caPem()).toBe(ca);
  const portable = loadKubeConfig({ text: await credentials.portable() });
  expect(portable.context.name).toBe('tokyo');
  expect(portable.user).toMatchObject({ token: 'short-lived' });
  expect(portable.user?.exec).toBeUndefined();
  expect(portable.cluster).toMatchObject({ server: 'https://tokyo.example:6443', caData: Buffer.from(ca).toString('base64') });
});
