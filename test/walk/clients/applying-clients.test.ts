import { expect, test } from 'vitest';
import { LeaseLostError } from '../../../src/ports/lease.ts';
import { CancelledError, ShutdownError } from '../../../src/walk/aborts.ts';
import { applyingClients, fleetClaimClient } from '../../../src/walk/clients/applying-clients.ts';
import type { Dependency } from '../../../src/walk/clients/recording-client.ts';
import { testWalk } from '../../support/walk.ts';

const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' } };
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'a' };
const pod = { namespace: 'test', pod: 'p' };
const cancelled = new CancelledError({ userId: 'U0BOB', teamId: 'T0' });
const lost = new LeaseLostError('another worker holds it');
const never = (): Promise<never> => new Promise(() => undefined);

/** The clients of an apply with a lease that can be lost by itself; tokyo’s exec never ends. */
const applying = () => {
  const walk = testWalk();
  const held = new AbortController();
  const done = new AbortController();
  const lease = {
    epoch: 1,
    signal: held.signal,
    leftMs: () => 1_500,
    assertHeld: () => held.signal.throwIfAborted(),
    release: () => Promise.resolve(),
  };
  const cluster = (name: string) => (name === 'tokyo' ? { ...walk.clusters.tokyo, exec: never } : walk.clusters.osaka);
  const tools = { ...walk.tools, lease, cluster };
  return { ...walk, tools, done, lose: () => held.abort(lost), clients: applyingClients(tools, done.signal) };
};

test('check and verify may not write, apply may', async () => {
  const { clients, clusters } = applying();
  await expect(clients.reading('tokyo').apply(manifest)).rejects.toThrow('check and verify may not write');
  await expect(
    clients
      .recording(() => undefined)('tokyo')
      .apply(manifest),
  ).rejects.toThrow('check and verify may not write');
  await clients.writing('tokyo').apply(manifest);
  expect(clusters.tokyo.calls).toEqual(['apply ConfigMap a']);
});

test('nothing is remembered while others work', async () => {
  const { clients, clusters } = applying();
  await clients.reading('tokyo').read(ref);
  await clients.reading('tokyo').read(ref);
  expect(clusters.tokyo.calls).toEqual(['read ConfigMap a', 'read ConfigMap a']);
});

test('while health is waited for, what was read is told with a client that can watch it', async () => {
  const { clients, clusters } = applying();
  const seen: Dependency[] = [];
  await clients
    .recording((dependency) => void seen.push(dependency))('tokyo')
    .read(ref);
  expect(seen).toMatchObject([{ query: { kind: 'ConfigMap', fieldSelector: 'metadata.name=a' } }]);
  const end = new AbortController();
  const next = seen[0]!.cluster.watch(seen[0]!.query, { resourceVersion: '1', signal: end.signal })[Symbol.asyncIterator]().next();
  clusters.tokyo.put(manifest);
  expect(await next).toMatchObject({ value: { type: 'ADDED' } });
  end.abort();
});

test('a write that waited for its place asks for the lease when it leaves', async () => {
  const { clients, clock, clusters, lose } = applying();
  const client = clients.writing('tokyo');
  const hanging = Array.from({ length: 8 }, () => expect(client.exec(pod, ['date'])).rejects.toBe(lost));
  const write = expect(client.apply(manifest)).rejects.toBe(lost);
  await clock.sleeper();
  lose();
  await Promise.all([...hanging, write]);
  expect(clusters.tokyo.calls).toEqual([]);
});

test('a call counts as no answer after fifteen seconds, and the next is tried all the same', async () => {
  const { clients, clock } = applying();
  const call = expect(clients.writing('tokyo').exec(pod, ['date'])).rejects.toThrow('no answer in 15 s');
  await clock.advance(15_000);
  await call;
  expect(await clients.writing('tokyo').version()).toBe('v1.35.0');
});

test.each([
  ['a cancel', cancelled],
  ['the end of this worker', new ShutdownError()],
])('%s ends calls at once, leaves 20 s to put back, and 5 s for each call of it', async (_, reason) => {
  const { clients, clock, abort } = applying();
  abort.abort(reason);
  await expect(clients.writing('tokyo').version()).rejects.toBe(reason);
  await clients.afterCancel('tokyo').apply(manifest);
  const slow = expect(clients.afterCancel('tokyo').exec(pod, ['date'])).rejects.toThrow('no answer in 5 s');
  await clock.advance(5_000);
  await slow;
  await clock.advance(15_000);
  await expect(clients.afterCancel('tokyo').apply(manifest)).rejects.toBe(reason);
});

test('what is put back does not wait for the places that hanging calls hold', async () => {
  const { clients } = applying();
  for (let call = 0; call < 8; call += 1)
    void clients
      .writing('tokyo')
      .exec(pod, ['date'])
      .catch(() => undefined);
  expect(await clients.afterCancel('tokyo').version()).toBe('v1.35.0');
});

test('nothing is put back once the lease is lost, at the end of the walk or in the time after a cancel', async () => {
  const { clients, abort, clusters, lose } = applying();
  abort.abort(cancelled);
  lose();
  await expect(clients.afterCancel('tokyo').apply(manifest)).rejects.toBe(lost);
  const other = applying();
  other.abort.abort(lost);
  await expect(other.clients.afterCancel('tokyo').apply(manifest)).rejects.toBe(lost);
  expect(clusters.tokyo.calls).toEqual([]);
});

test('installers are given thirty seconds after a cancel', async () => {
  const walk = applying();
  const signals: AbortSignal[] = [];
  const helm = {
    ...walk.tools.helm,
    uninstall: async (_: unknown, { signal }: { readonly signal: AbortSignal }) => void signals.push(signal) as never,
  };
  const { helm: fenced } = applyingClients({ ...walk.tools, helm }, walk.done.signal);
  await fenced.uninstall({} as never, { signal: walk.tools.signal, timeoutMs: 1_000, onLine: () => undefined });
  walk.abort.abort(cancelled);
  await walk.clock.advance(29_999);
  expect(signals[0]?.aborted).toBe(false);
  await walk.clock.advance(1);
  expect(signals[0]?.reason).toBe(cancelled);
});

test('the fleet’s Lease is renewed in places of its own, until it is done or the right to write is gone', async () => {
  const { clients, clusters, tools, done, lose } = applying();
  for (let call = 0; call < 8; call += 1)
    void clients
      .writing('tokyo')
      .exec(pod, ['date'])
      .catch(() => undefined);
  const hub = fleetClaimClient(tools, 'tokyo', done.signal);
  await hub.apply(manifest);
  done.abort(new Error('the walk ended'));
  await expect(hub.apply(manifest)).rejects.toThrow('the walk ended');
  lose();
  await expect(fleetClaimClient(tools, 'tokyo', new AbortController().signal).apply(manifest)).rejects.toBe(lost);
  expect(clusters.tokyo.calls).toEqual(['apply ConfigMap a']);
});
