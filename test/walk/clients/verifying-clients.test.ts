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

test('a call ends after two seconds, the silent cluster is asked no more, and the others are', async () => {
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
  const first = expect(clientOf('tokyo').version()).rejects.toThrow('asking the version on tokyo: no answer in 2 s');
  await clock.advance(2_000);
  await first;
  await expect(clientOf('tokyo').version()).rejects.toThrow('no answer in 2 s');
  expect(asked).toBe(1);
  expect(await clientOf('osaka').version()).toBe('v1.35.0');
});
