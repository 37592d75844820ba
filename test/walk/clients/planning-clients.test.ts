import { expect, test } from 'vitest';
import { planningClients } from '../../../src/walk/clients/planning-clients.ts';
import { testWalk } from '../../support/walk.ts';

const node = { apiVersion: 'v1', kind: 'Node', name: 'n1' };
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' } };

test('what is remembered is asked once in a plan; afresh asks again', async () => {
  const { tools, clusters } = testWalk();
  const clients = planningClients(tools);
  await clients.remembering('tokyo').read(node);
  await clients.remembering('tokyo').read(node);
  expect(clusters.tokyo.calls).toEqual(['list Node']);
  await clients.afresh('tokyo').read(node);
  await clients.afresh('tokyo').read(node);
  expect(clusters.tokyo.calls).toEqual(['list Node', 'read Node n1', 'read Node n1']);
});

test('neither writes, also while every place is taken', async () => {
  const { tools, clusters } = testWalk();
  const silent = { ...clusters.tokyo, exec: () => new Promise<never>(() => undefined) };
  const clients = planningClients({ ...tools, cluster: () => silent });
  for (let call = 0; call < 8; call += 1)
    void clients
      .afresh('tokyo')
      .exec({ namespace: 'a', pod: 'p' }, ['date'])
      .catch(() => undefined);
  for (const client of [clients.remembering('tokyo'), clients.afresh('tokyo')])
    await expect(client.apply(manifest)).rejects.toThrow('check and verify may not write');
});

test('a call ends after ten seconds, and the silent cluster is asked no more, through either', async () => {
  const { tools, clock, clusters } = testWalk();
  const silent = { ...clusters.tokyo, list: () => new Promise<never>(() => undefined) };
  const clients = planningClients({ ...tools, cluster: () => silent });
  const first = expect(clients.remembering('tokyo').list(node)).rejects.toThrow('no answer in 10 s');
  await clock.advance(10_000);
  await first;
  await expect(clients.afresh('tokyo').read(node)).rejects.toThrow('no answer in 10 s');
  expect(clusters.tokyo.calls).toEqual([]);
});

test('what was remembered before is still known when every place is taken', async () => {
  const { tools, clusters } = testWalk();
  const silent = { ...clusters.tokyo, exec: () => new Promise<never>(() => undefined) };
  const client = planningClients({ ...tools, cluster: () => silent }).remembering('tokyo');
  await client.list(node);
  for (let call = 0; call < 8; call += 1) void client.exec({ namespace: 'a', pod: 'p' }, ['date']).catch(() => undefined);
  expect(await client.list(node)).toMatchObject({ items: [] });
});
