import { expect, test } from 'vitest';
import type { ClusterClient } from '../../../src/ports/cluster.ts';
import { ClusterFailedError, ClusterUnreachableError, DryRunFailedError } from '../../../src/ports/cluster-errors.ts';
import { boundedClient, IN_FLIGHT_PER_CLUSTER, type Bounds } from '../../../src/walk/clients/bounded-client.ts';
import type { CallLimits } from '../../../src/walk/clients/call-limits.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };
const never = (): Promise<never> => new Promise(() => undefined);

/** A bounded client over `calls`, which hear neither signal nor time-out, with what was handed down for each. */
const bounded = (calls: Partial<ClusterClient>, more: Partial<Bounds> = {}) => {
  const clock = manualClock();
  const end = new AbortController();
  const handed: CallLimits[] = [];
  const cluster = { ...memoryCluster('tokyo'), ...calls };
  const open = (limits: CallLimits): ClusterClient => {
    handed.push(limits);
    return cluster;
  };
  return { client: boundedClient(open, { clock, signal: end.signal, timeoutMs: 10_000, ...more }), clock, end, handed };
};

test('a call that hears nothing counts as no answer after the time, on the walk’s clock, and its request is ended', async () => {
  const { client, clock, handed } = bounded({ list: never });
  const call = expect(client.list(configMaps)).rejects.toThrow('listing ConfigMap on tokyo: no answer in 10 s');
  await clock.advance(10_000);
  await call;
  expect(handed.at(-1)?.signal.reason).toBeInstanceOf(ClusterUnreachableError);
});

test('a shorter time of the call’s own counts, a longer one does not', async () => {
  const { client, clock } = bounded({ exec: never });
  const short = expect(client.exec({ namespace: 'a', pod: 'p' }, ['date'], { timeoutMs: 300 })).rejects.toThrow('no answer in 0.3 s');
  const long = expect(client.exec({ namespace: 'a', pod: 'p' }, ['date'], { timeoutMs: 60_000 })).rejects.toThrow('no answer in 10 s');
  await clock.advance(10_000);
  await Promise.all([short, long]);
});

test('calls that are under way and calls that wait for a place end with the signal at once', async () => {
  const { client, clock, end, handed } = bounded({ list: never });
  const calls = Array.from({ length: IN_FLIGHT_PER_CLUSTER + 3 }, () => expect(client.list(configMaps)).rejects.toThrow('cancelled'));
  await clock.sleeper();
  end.abort(new Error('cancelled'));
  await Promise.all(calls);
  expect(clock.monotonicMs()).toBe(0);
  expect(handed.at(-1)?.signal.aborted).toBe(true);
  await expect(client.list(configMaps)).rejects.toThrow('cancelled');
});

test('what outlives its call, as a forwarded connection, is not ended with the call’s time', async () => {
  const { client, clock, handed } = bounded({ forward: async () => 'stream' as never });
  await client.forward({ namespace: 'a', pod: 'p', port: 53 });
  await clock.advance(60_000);
  expect(handed.at(-1)?.signal.aborted).toBe(false);
});

test('eight calls are under way at a time, in the order in which they came, and the time of one begins with its place', async () => {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const { client, clock } = bounded({
    list: async ({ fieldSelector }) => {
      started.push(Number(fieldSelector));
      await new Promise<void>((resolve) => void ends.push(resolve));
      return { items: [], resourceVersion: '1' };
    },
  });
  const calls = Array.from({ length: 12 }, (_, index) => client.list({ ...configMaps, fieldSelector: String(index) }));
  await clock.advance(9_000);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const end of ends.splice(0)) end();
  await clock.advance(9_000);
  expect(started).toEqual(Array.from({ length: 12 }, (_, index) => index));
  for (const end of ends.splice(0)) end();
  expect(await Promise.all(calls)).toHaveLength(12);
});

test('a call that throws, at once or later, gives its place back', async () => {
  let tries = 0;
  const { client } = bounded({
    list: () => {
      tries += 1;
      if (tries % 2 === 0) throw new Error('at once');
      return Promise.reject(new Error('later'));
    },
  });
  for (let call = 0; call < 30; call += 1) await expect(client.list(configMaps)).rejects.toThrow(/at once|later/);
  expect(tries).toBe(30);
});

test.each([
  ['one silence is enough where one shot is taken', true, 1],
  ['each call is tried where a cluster is waited for', false, 3],
])('%s', async (_, oneSilenceIsEnough, count) => {
  let tries = 0;
  const silent = (): Promise<never> => {
    tries += 1;
    return Promise.reject(new ClusterUnreachableError('tokyo', 'listing', 'connection refused'));
  };
  const { client } = bounded({ list: silent }, { oneSilenceIsEnough });
  for (let call = 0; call < 3; call += 1) await expect(client.list(configMaps)).rejects.toThrow('connection refused');
  expect(tries).toBe(count);
});

test('an error of the server’s own says nothing about its other answers: it is asked on', async () => {
  const failing = (): Promise<never> => Promise.reject(new ClusterFailedError('tokyo', 'listing', 'conversion failed', 500));
  const { client } = bounded({ list: failing, read: () => Promise.reject(new Error('answered')) }, { oneSilenceIsEnough: true });
  await expect(client.list(configMaps)).rejects.toThrow('conversion failed (HTTP 500)');
  await expect(client.read({ ...configMaps, name: 'a' })).rejects.toThrow('answered');
});

test('a dry run without an answer says nothing about the cluster, which is asked on', async () => {
  const { client, clock } = bounded(
    { diff: () => new Promise<never>(() => undefined), list: () => Promise.reject(new Error('answered')) },
    { oneSilenceIsEnough: true },
  );
  const diff = expect(client.diff({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })).rejects.toThrow(DryRunFailedError);
  await clock.advance(600_000);
  await diff;
  await expect(client.list(configMaps)).rejects.toThrow('answered');
});

test('a watch has no time-out: it ends with the signal that its reader gives', async () => {
  const { client, clock, handed } = bounded({});
  const end = new AbortController();
  const events = client.watch(configMaps, { resourceVersion: '1', signal: end.signal })[Symbol.asyncIterator]();
  const next = events.next();
  await clock.advance(600_000);
  expect(handed.map(({ signal }) => signal.aborted)).toEqual([false]);
  end.abort();
  expect(await next).toMatchObject({ done: true });
});
