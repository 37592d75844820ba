import { expect, test } from 'vitest';
import { eachCluster } from '../../../src/walk/clients/each-cluster.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

test('each cluster has one client, made when it is first asked for', () => {
  const made: string[] = [];
  const clientOf = eachCluster((name) => {
    made.push(name);
    return memoryCluster(name);
  });
  expect(clientOf('tokyo')).toBe(clientOf('tokyo'));
  expect(clientOf('osaka')).not.toBe(clientOf('tokyo'));
  expect(made).toEqual(['tokyo', 'osaka']);
});

test('a cluster that no client can be made for is tried again', () => {
  let tries = 0;
  const clientOf = eachCluster((name) => {
    tries += 1;
    if (tries === 1) throw new Error('the kubeconfig does not lead to it');
    return memoryCluster(name);
  });
  expect(() => clientOf('tokyo')).toThrow('the kubeconfig does not lead to it');
  expect(clientOf('tokyo').name).toBe('tokyo');
});
