import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { operatorClient } from '../../playground/control/kit.ts';
import { startKubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { named, render, valuesOf } from '../support/chart.ts';
import { folderFor } from '../support/folder.ts';

test('a rotated token of Slack or address of Redis rolls the pods of both at the next upgrade, and a Secret of others does not', async () => {
  const api = await startKubernetesApi({ name: 'tokyo' });
  onTestFinished(() => api.close());
  const operator = operatorClient({ name: 'tokyo', server: api.url, ca: api.caPem, token: api.adminToken }, 'test');
  const kubeconfig = join(await folderFor(), 'kubeconfig');
  await writeFile(kubeconfig, api.kubeconfig);
  const hold = (name: string, value: string) =>
    operator.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'default' },
      stringData: { value, 'bot-token': value, 'app-token': value, url: value },
    });
  const annotations = async (): Promise<unknown[]> => {
    const objects = await render(valuesOf('socket-mode'), '--dry-run=server', '--kubeconfig', kubeconfig, '--namespace', 'default');
    return ['pgdist-bot', 'pgdist-worker'].map((name) => named(objects, 'Deployment', name)?.spec.template.metadata.annotations);
  };
  for (const name of ['slack', 'redis', 'other']) await hold(name, 'first');
  const first = await annotations();
  expect(first[0]).toMatchObject({ 'checksum/slack': expect.any(String), 'checksum/redis': expect.any(String) });
  await hold('other', 'second');
  expect(await annotations()).toEqual(first);
  await hold('slack', 'second');
  const second = await annotations();
  await hold('redis', 'second');
  const third = await annotations();
  for (const process of [0, 1]) {
    expect(second[process]).not.toEqual(first[process]);
    expect(third[process]).not.toEqual(second[process]);
  }
});

test('a Secret that is there without a key that pods read is told with the key; one that is not there yet is waited for', async () => {
  const api = await startKubernetesApi({ name: 'tokyo' });
  onTestFinished(() => api.close());
  const operator = operatorClient({ name: 'tokyo', server: api.url, ca: api.caPem, token: api.adminToken }, 'test');
  const kubeconfig = join(await folderFor(), 'kubeconfig');
  await writeFile(kubeconfig, api.kubeconfig);
  const { slack, licence } = valuesOf('socket-mode') as { slack: { secretName: string }; licence: { secretName: string } };
  const rendered = () => render(valuesOf('socket-mode'), '--dry-run=server', '--kubeconfig', kubeconfig, '--namespace', 'default');
  await expect(rendered()).resolves.not.toEqual([]);
  const hold = (name: string, stringData: object) =>
    operator.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, stringData });
  await hold(slack.secretName, { 'bot-token': 'x' });
  await hold(licence.secretName, { 'other.pem': 'x' });
  const { stderr } = (await rendered().catch((error: unknown) => error)) as { stderr: string };
  expect([...stderr.matchAll(/^ {2}- (.+)$/gm)].map(([, line]) => line)).toEqual([
    `slack.secretName is ${slack.secretName}, a Secret without the key app-token`,
    `licence.secretName is ${licence.secretName}, a Secret without the key licence.pem`,
  ]);
});
