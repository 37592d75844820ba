import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { openClusters } from '../../../src/adapters/kubernetes/open-clusters.ts';
import { AUTO } from '../../../src/domain/fleet.ts';
import { ProblemError } from '../../../src/domain/problem.ts';
import { makeCertificates, type Certificates } from '../../kube-api/kubeconfigs/certificates.ts';
import { base64, config, type Place } from '../../kube-api/kubeconfigs/form.ts';
import { startProxies, type Proxies } from '../../kube-api/kubeconfigs/proxies.ts';
import { startRecorder, type Recorder } from '../../kube-api/kubeconfigs/recorder.ts';
import { testFleet } from '../../support/fleet.ts';
import { folderFor } from '../../support/folder.ts';
import { patienceMs } from '../../support/eventually.ts';

let certificates: Certificates;
let proxies: Proxies;
beforeAll(async () => {
  certificates = await makeCertificates();
  proxies = await startProxies(certificates);
});
afterAll(() => proxies?.close());

const recorderOf = async (of: Certificates = certificates): Promise<Recorder> => {
  const recorder = await startRecorder(of, { via: proxies.via });
  onTestFinished(() => recorder.close());
  return recorder;
};

type Entries = Parameters<typeof config>[1];

/** A worker whose only cluster is the recorder. */
const workerOf = async (recorder: Recorder, first: Entries, more: { readonly plugins?: readonly string[] } = {}) => {
  const folder = await folderFor();
  const path = join(folder, 'kubeconfig');
  const placeOf = ({ port, plainPort }: Recorder): Place => ({ folder, port, plainPort, server: `https://127.0.0.1:${port}`, certificates, proxies });
  /** As tools do: in place, or as a whole. */
  const write = async (
    entries: Entries,
    { at = recorder, whole = true }: { readonly at?: Recorder; readonly whole?: boolean } = {},
  ): Promise<void> => {
    const target = whole ? `${path}.new` : path;
    await writeFile(target, config(placeOf(at), entries));
    if (whole) await rename(target, path);
  };
  await write(first);
  const clusters = openClusters({ kubeconfig: path, fleet: testFleet, random: () => 0, clock: systemClock, ...more });
  onTestFinished(() => clusters.close());
  const client = () =>
    clusters.client(
      { name: 'tokyo', context: 'tokyo', gateway: { node: AUTO, interface: AUTO } },
      { signal: new AbortController().signal, timeoutMs: patienceMs() },
    );
  return {
    folder,
    path,
    write,
    ask: () => client().version(),
    exec: () => client().exec({ namespace: 'demo', pod: 'postgres-0' }, ['id']),
    kubeconfig: () => clusters.kubeconfigOf('tokyo'),
  };
};
const asked = (recorder: Recorder): (string | undefined)[] => recorder.taken().map(({ authorization }) => authorization);
const evidenceOf = async (asking: Promise<unknown>): Promise<string> => {
  const error = await asking.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw error as Error;
  return error.problems.map(({ code, evidence }) => `${code} ${evidence.join(' ')}`).join('\n');
};

test.each([true, false])('a token that is renewed on disk counts with the next request (file replaced: %s)', async (whole) => {
  const recorder = await recorderOf();
  const worker = await workerOf(recorder, { user: { token: 'first' } });
  await worker.ask();
  await worker.write({ user: { token: 'second' } }, { whole });
  await worker.ask();
  await worker.ask();
  expect(asked(recorder)).toEqual(['Bearer first', 'Bearer second', 'Bearer second']);
});

test('a token file is read again, also where a mounted Secret is pointed elsewhere', async () => {
  const recorder = await recorderOf();
  const worker = await workerOf(recorder, { user: { tokenFile: 'token' } });
  for (const value of ['first', 'other']) await writeFile(join(worker.folder, `data-${value}`), value);
  const point = async (value: string): Promise<void> => {
    await rm(join(worker.folder, 'token'), { force: true });
    await symlink(join(worker.folder, `data-${value}`), join(worker.folder, 'token'));
  };
  await point('first');
  await worker.ask();
  await point('other');
  await worker.ask();
  expect(asked(recorder)).toEqual(['Bearer first', 'Bearer other']);
});

test('many requests at the same time that are refused look once, and each is sent once more', async () => {
  const recorder = await recorderOf();
  const script = (token: string): string =>
    `#!/bin/sh\necho run >> "$0.log"\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}-%s"}}' "$(wc -l < "$0.log" | tr -d ' ')"\n`;
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', interactiveMode: 'Never' };
  const worker = await workerOf(recorder, { user: { exec } }, { plugins: ['./plugin'] });
  await writeFile(join(worker.folder, 'plugin'), script('t'), { mode: 0o700 });
  await worker.ask();
  recorder.demand('Bearer t-2');
  await Promise.all(Array.from({ length: 8 }, () => worker.ask()));
  const [first, ...others] = asked(recorder);
  expect(first).toBe('Bearer t-1');
  expect(others.filter((value) => value === 'Bearer t-2')).toHaveLength(8);
  expect(new Set(others)).toEqual(new Set(['Bearer t-1', 'Bearer t-2']));
});

test('a refusal with credentials that did not change is told at once', async () => {
  const recorder = await recorderOf();
  const worker = await workerOf(recorder, { user: { token: 'first' } });
  recorder.demand('Bearer second');
  await expect(worker.ask()).rejects.toThrow('Unauthorized');
  expect(asked(recorder)).toEqual(['Bearer first']);
  await worker.write({ user: { token: 'second' } });
  await worker.ask();
  expect(asked(recorder)).toEqual(['Bearer second']);
});

test('a server that moved is found at its new address, without a connection to the old one', async () => {
  const [here, there] = [await recorderOf(), await recorderOf()];
  const worker = await workerOf(here, {});
  await worker.ask();
  await worker.write({}, { at: there });
  await worker.ask();
  expect(asked(here)).toHaveLength(1);
  expect(asked(there)).toHaveLength(1);
  await here.close().catch(() => undefined);
  await worker.ask();
});

test('an authority that is renewed is trusted from then on, and the former is not', async () => {
  const renewed = await makeCertificates();
  const [before, after] = [await recorderOf(), await recorderOf(renewed)];
  const worker = await workerOf(before, {});
  await worker.ask();
  await worker.write({}, { at: after });
  await expect(worker.ask()).rejects.toThrow('its certificate is not signed by the authority in the kubeconfig');
  await worker.write({ cluster: { 'certificate-authority-data': base64(renewed.serving.caPem) } }, { at: after });
  await worker.ask();
  expect(asked(after)).toHaveLength(1);
  await worker.write({ cluster: { 'certificate-authority-data': base64(renewed.serving.caPem) } }, { at: before });
  await expect(worker.ask()).rejects.toThrow('its certificate is not signed');
});

test('client certificates in files, proxy, user and name are taken as they are now', async () => {
  const recorder = await recorderOf();
  const worker = await workerOf(recorder, { user: { 'client-certificate': 'crt', 'client-key': 'key' } });
  const show = async ({ certPem, keyPem }: Certificates['client']): Promise<void> => {
    await writeFile(join(worker.folder, 'crt'), certPem);
    await writeFile(join(worker.folder, 'key'), keyPem);
  };
  await show(certificates.client);
  await worker.ask();
  await show(certificates.otherClient);
  await worker.ask();
  await worker.write({
    cluster: { 'proxy-url': `http://127.0.0.1:${proxies.httpPort}`, 'tls-server-name': 'kubernetes' },
    user: { token: 't', as: 'alice' },
  });
  await worker.ask();
  const arrived = recorder.taken();
  expect(arrived.map(({ certificate }) => certificate)).toEqual(['the client', 'another client', undefined]);
  expect(arrived[2]).toMatchObject({
    via: `http CONNECT 127.0.0.1:${recorder.port}`,
    serverName: 'kubernetes',
    impersonation: ['impersonate-user: alice'],
  });
});

test('a WebSocket is opened with what is current, and again after a refusal', async () => {
  const recorder = await recorderOf();
  const worker = await workerOf(recorder, { user: { token: 'first' } });
  await worker.exec().catch(() => undefined);
  await worker.write({ user: { token: 'second', as: 'alice', 'as-groups': ['a', 'b, c'] } });
  await worker.exec().catch(() => undefined);
  const upgrades = recorder.taken().filter(({ url }) => url.includes('/exec?'));
  expect(upgrades[0]).toMatchObject({ authorization: 'Bearer first', impersonation: [] });
  expect(upgrades.at(-1)).toMatchObject({
    authorization: 'Bearer second',
    impersonation: ['impersonate-group: a', 'impersonate-group: b, c', 'impersonate-user: alice'],
  });
});

test('helm and clusteradm get what is current', async () => {
  const recorder = await recorderOf();
  const worker = await workerOf(recorder, { user: { token: 'first' } });
  expect(await worker.kubeconfig()).toContain('token: first');
  await worker.write({ user: { token: 'second', as: 'alice', 'as-uid': '42' } });
  const text = await worker.kubeconfig();
  for (const line of ['token: second', 'as: alice', 'as-uid: "42"']) expect(text).toContain(line);
});

test('a file that is being written is waited for, and what was taken away is not used any more', async () => {
  const recorder = await recorderOf();
  const worker = await workerOf(recorder, { user: { token: 'first' } });
  await worker.ask();
  await writeFile(worker.path, 'users: [{name: ');
  const asking = worker.ask();
  await worker.write({ user: { token: 'second' } });
  await asking;
  expect(asked(recorder)).toEqual(['Bearer first', 'Bearer second']);
  await worker.write({ more: { contexts: [] } });
  expect(await evidenceOf(worker.ask())).toBe('PGD-001 the kubeconfig has no context tokyo');
  await writeFile(worker.path, 'users: [{name: ');
  expect(await evidenceOf(worker.kubeconfig())).toMatch(/^PGD-001 the kubeconfig is not one: line 1 /);
  await rm(worker.path);
  expect(await evidenceOf(worker.ask())).toBe('PGD-001 the kubeconfig has no context tokyo: there is no such file');
  expect(asked(recorder)).toEqual([]);
  await worker.write({});
  await worker.ask();
  expect(asked(recorder)).toEqual(['Bearer a-token']);
});
