import { expect, test } from 'vitest';
import { verifyingClients } from '../../../src/walk/clients/verifying-clients.ts';
import { testWalk } from '../../support/walk.ts';

const node = { apiVersion: 'v1', kind: 'Node', name: 'n1' };

test('each question is asked once, and nothing is written', async () => {
  const { tools, clusters } = testWalk();
  const clientOf = verifyingClients(tools);
  await Promise.all([clientOf('tokyo').read(node), clientOf('tokyo').read({ ...node, name: 'n2' })]);
  await expect(clientOf('tokyo').delete(node)).rejects.toThrow('check and verify may not write');
  expect(clusters.tokyo.calls).toEqual(['list Node']);
});

test('a call ends after 2.6 seconds, the silent cluster is asked no more, and the others are', async () => {
  const { tools, clock, clusters } = testWalk();
  let asked = 0;
  const silent = {
    ...clusters.tokyo,
    version: (): Promise<never> => {
      asked += 1;
      return new Promise(() => undefined);
    },
  };
  const clientOf = verifyingClients({ ...tools, cluster: (name) => (name === 'tokyo' ? silent : clusters.osaka) });
  const first = expect(clientOf('tokyo').version()).rejects.toThrow('asking the version on tokyo: no answer in 2.6 s');
  await clock.advance(2_600);
  await first;
  await expect(clientOf('tokyo').version()).rejects.toThrow('no answer in 2.6 s');
  expect(asked).toBe(1);
  expect(await clientOf('osaka').version()).toBe('v1.35.0');
});

test('a container that is silent is not a silent cluster: the next call is made', async () => {
  const { tools, clock, clusters } = testWalk();
  const silent = { ...clusters.tokyo, exec: () => new Promise<never>(() => undefined) };
  const clientOf = verifyingClients({ ...tools, cluster: () => silent });
  const first = expect(clientOf('tokyo').exec({ namespace: 'demo', pod: 'p' }, ['date'])).rejects.toMatchObject({
    name: 'PodUnreachableError',
    stopped: false,
  });
  await clock.advance(2_600);
  await first;
  expect(await clientOf('tokyo').version()).toBe('v1.35.0');
});
