import { expect, test } from 'vitest';
import type { CliOptions } from '../../../src/ports/cli.ts';
import { LeaseLostError, type WorkerLease } from '../../../src/ports/lease.ts';
import { fencedClient, fencedClusteradm, fencedHelm } from '../../../src/walk/clients/fenced-clients.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const lost = new LeaseLostError('another worker holds it');
/** A lease that is held until `lose`. */
const leaseToLose = (): { readonly lease: WorkerLease; readonly lose: () => void } => {
  const held = new AbortController();
  const lease = {
    epoch: 1,
    signal: held.signal,
    leftMs: () => 1_500,
    assertHeld: () => held.signal.throwIfAborted(),
    release: () => Promise.resolve(),
  };
  return { lease, lose: () => held.abort(lost) };
};
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' } };
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'a' };

test('a client writes while the lease is held, and afterwards reads alone', async () => {
  const cluster = memoryCluster('tokyo');
  const { lease, lose } = leaseToLose();
  const client = fencedClient(cluster, lease);
  await client.apply(manifest);
  lose();
  const writes = [client.apply(manifest), client.create(manifest), client.merge(ref, {}), client.update(manifest), client.delete(ref)];
  for (const outcome of await Promise.allSettled(writes)) expect(outcome).toEqual({ status: 'rejected', reason: lost });
  expect(await client.read(ref)).toMatchObject({ kind: 'ConfigMap' });
  expect(cluster.calls).toEqual(['apply ConfigMap a', 'read ConfigMap a']);
});

/** Every command of both tools, each run with these options. */
const commands = (run: (name: string, options: CliOptions) => Promise<never>, lease: WorkerLease, ends: AbortSignal) => {
  const tool =
    (name: string) =>
    (_: unknown, options: CliOptions): Promise<never> =>
      run(name, options);
  const helm = fencedHelm(
    { upgrade: tool('upgrade'), rollback: tool('rollback'), uninstall: tool('uninstall'), version: async () => 'v4' },
    lease,
    ends,
  );
  const clusteradm = fencedClusteradm({ init: tool('init'), join: tool('join'), version: async () => 'v1' }, lease, ends);
  const any = {} as never;
  return {
    upgrade: (options: CliOptions) => helm.upgrade(any, options),
    rollback: (options: CliOptions) => helm.rollback(any, options),
    uninstall: (options: CliOptions) => helm.uninstall(any, options),
    init: (options: CliOptions) => clusteradm.init(any, options),
    join: (options: CliOptions) => clusteradm.join(any, options),
  };
};
const NAMES = ['upgrade', 'rollback', 'uninstall', 'init', 'join'] as const;
const optionsOf = (signal: AbortSignal): CliOptions => ({ signal, timeoutMs: 1_000, onLine: () => undefined });

test.each(NAMES)('%s does not start without the lease', async (name) => {
  const { lease, lose } = leaseToLose();
  lose();
  const started: string[] = [];
  const run = async (started_: string): Promise<never> => void started.push(started_) as never;
  await expect(commands(run, lease, new AbortController().signal)[name](optionsOf(new AbortController().signal))).rejects.toBe(lost);
  expect(started).toEqual([]);
});

test.each(NAMES)('%s outlives the step’s own signal, and ends when its grace is over', async (name) => {
  const step = new AbortController();
  const grace = new AbortController();
  const heard: boolean[] = [];
  const run = async (_: string, { signal }: CliOptions): Promise<never> => {
    step.abort(new Error('cancelled'));
    heard.push(signal.aborted);
    grace.abort(new Error('its time is over'));
    heard.push(signal.aborted);
    return undefined as never;
  };
  await commands(run, leaseToLose().lease, grace.signal)[name](optionsOf(step.signal));
  expect(heard).toEqual([false, true]);
});

test.each(NAMES)('%s ends with the lease, and what it did is not taken for done', async (name) => {
  const { lease, lose } = leaseToLose();
  const heard: boolean[] = [];
  const run = async (_: string, { signal }: CliOptions): Promise<never> => {
    lose();
    heard.push(signal.aborted);
    return undefined as never;
  };
  const open = new AbortController().signal;
  await expect(commands(run, lease, open)[name](optionsOf(open))).rejects.toBe(lost);
  expect(heard).toEqual([true]);
});
