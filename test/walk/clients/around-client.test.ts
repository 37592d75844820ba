import { expect, test } from 'vitest';
import type { ClusterClient } from '../../../src/ports/cluster.ts';
import { aroundClient, type Call } from '../../../src/walk/clients/around-client.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'a' };
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' } };
const pod = { namespace: 'test', pod: 'p' };

const READS: readonly (readonly [keyof ClusterClient, readonly unknown[], string])[] = [
  ['version', [], 'asking the version'],
  ['serves', [ref], 'looking for kind ConfigMap'],
  ['read', [ref], 'reading ConfigMap a'],
  ['list', [ref], 'listing ConfigMap'],
  ['diff', [manifest], 'comparing ConfigMap a'],
  ['rehearse', [ref, { data: {} }], 'trying a change of ConfigMap a'],
  ['exec', [pod, ['date'], { timeoutMs: 300 }], 'running a command in pod p'],
  ['logs', [pod, {}], 'reading logs of pod p'],
  ['forward', [{ ...pod, port: 53 }], 'forwarding to pod p'],
  ['allowed', [{ verb: 'get', group: '', resource: 'pods' }], 'asking for permissions'],
];
const WRITES: typeof READS = [
  ['apply', [manifest], 'applying ConfigMap a'],
  ['merge', [ref, { data: {} }, { resourceVersion: '7' }], 'changing ConfigMap a'],
  ['create', [manifest], 'creating ConfigMap a'],
  ['update', [manifest, { subresource: 'status' }], 'changing ConfigMap a'],
  ['delete', [ref, { uid: 'u' }], 'deleting ConfigMap a'],
  ['token', [{ namespace: 'test', name: 'sa' }, 600], 'minting a token of sa'],
];

/** A client that answers every call with its own name, the call's and what was given. */
const echo = (name: string): ClusterClient =>
  new Proxy({ name, caPem: undefined, note: undefined, hindrance: undefined } as ClusterClient, {
    get: (target, method) => (method in target ? Reflect.get(target, method) : async (...given: unknown[]) => [name, method, given]),
  });

test.each([...READS.map((row) => [...row, false] as const), ...WRITES.map((row) => [...row, true] as const)])(
  '%s passes what it was given on to the client that was picked, and is told as what it is',
  async (method, given, activity, write) => {
    const calls: Call[] = [];
    const client = aroundClient(echo('tokyo'), (call, facts) => {
      calls.push(facts);
      return call(echo('picked'));
    });
    const answer = await (client[method] as (...all: readonly unknown[]) => Promise<unknown>)(...given);
    expect(answer).toEqual(['picked', method, expect.arrayContaining([...given])]);
    const throughKubelet = ['exec', 'logs', 'forward'].includes(method);
    expect(calls).toEqual([
      {
        write,
        activity,
        ...(method === 'exec' ? { timeoutMs: 300 } : {}),
        ...(['diff', 'rehearse'].includes(method) ? { dryRun: true } : {}),
        ...(throughKubelet ? { throughKubelet } : {}),
      },
    ]);
  },
);

test('every call of the port but the watch is run so, and the cluster keeps its name', () => {
  const client = aroundClient(echo('tokyo'), (call) => call(echo('picked')));
  expect(client.name).toBe('tokyo');
  expect(Object.keys(client).toSorted()).toEqual(
    ['caPem', 'hindrance', 'name', 'note', 'watch', ...[...READS, ...WRITES].map(([method]) => method)].toSorted(),
  );
});
