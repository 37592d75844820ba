import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observer } from '../../../../playground/control/observed.ts';
import { operatorClient } from '../../../../playground/control/kit.ts';
import { createCrds, HUB_CRDS, SPOKE_CRDS } from '../../../../playground/operators/ocm/crds.ts';
import { runWorkAgent } from '../../../../playground/operators/ocm/works/agent.ts';
import type { Manifest } from '../../../../src/kube-api/objects.ts';
import { eventually } from '../../../support/eventually.ts';
import { startFleet, type TestCluster, type TestFleet } from '../../support/fleet.ts';
import { condition, is, WORK } from '../../support/ocm.ts';

let fleet: TestFleet;
let hub: TestCluster;
let spoke: TestCluster;
const end = new AbortController();
/** What the agent paused for, milliseconds, each pause over at once unless it is a resync or a look at the objects. */
const pauses: number[] = [];
const HELD_MS = [10_000, 240_000] as const;

beforeAll(async () => {
  fleet = await startFleet(['tokyo', 'osaka'], { ocm: false });
  [hub, spoke] = [fleet.cluster('tokyo'), fleet.cluster('osaka')];
  await createCrds(hub.client, HUB_CRDS);
  await createCrds(spoke.client, SPOKE_CRDS);
  await hub.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'osaka' } });
  const client = operatorClient(spoke.connection, 'work-agent');
  const { signal } = end;
  const time = {
    speed: 1,
    between: () => 0,
    async after(ms: number, over: AbortSignal) {
      pauses.push(ms);
      if (!(HELD_MS as readonly number[]).includes(ms)) return !over.aborted;
      return new Promise<boolean>((resolve) => over.addEventListener('abort', () => resolve(false), { once: true }));
    },
  };
  const context = { client, observe: observer(client, signal), time, signal, now: () => new Date(), random: () => 0, onError: () => undefined };
  void runWorkAgent(context, operatorClient(hub.connection, 'work-agent'), {
    clusterName: 'osaka',
    server: hub.address,
    rawJson: false,
    statusSyncMs: HELD_MS[0],
  });
});
afterAll(async () => {
  end.abort();
  await fleet.close();
});

const refOf = (name: string) => ({ ...WORK, namespace: 'osaka', name });
const create = (name: string, ...manifests: Manifest[]) =>
  hub.client.create({ ...WORK, metadata: { name, namespace: 'osaka' }, spec: { workload: { manifests } } });
const configMap = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { a: 'b' } });
const onSpoke = (name: string) => spoke.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name });
const JOB: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'install', namespace: 'default' },
  spec: { template: { spec: { containers: [{ name: 'c', image: 'x' }], restartPolicy: 'OnFailure' } } },
};
/** The agent works through its works in the order of their changes: what this one shows, all before it has shown. */
let barriers = 0;
const untilWorkedThrough = async (): Promise<void> => {
  const name = `barrier-${(barriers += 1)}`;
  await create(name, configMap(name));
  await hub.until(refOf(name), is('Applied', 'True'));
};
const observed = async (name: string): Promise<number | undefined> => {
  const { conditions } = (await hub.client.get(refOf(name)))!.status as { conditions: { type: string; observedGeneration: number }[] };
  return conditions.find(({ type }) => type === 'Applied')?.observedGeneration;
};

describe('the work agent applies a work', () => {
  test('not when its generation rises without a change of what the spec means', async () => {
    await create('same', configMap('same'));
    await hub.until(refOf('same'), is('Applied', 'True'));
    const before = await hub.client.get(refOf('same'));
    await hub.client.merge(refOf('same'), { spec: { manifestConfigs: [] } });
    await untilWorkedThrough();
    const after = await hub.client.get(refOf('same'));
    expect(after?.metadata.generation).toBe((before?.metadata.generation ?? 0) + 1);
    expect(await observed('same')).toBe(before?.metadata.generation);
  });

  test('not when it is annotated, but as soon as a label of it changes', async () => {
    await create('gone', configMap('gone'));
    await hub.until(refOf('gone'), is('Applied', 'True'));
    await spoke.client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'gone' });
    await hub.client.merge(refOf('gone'), { metadata: { annotations: { again: 'yes' } } });
    await untilWorkedThrough();
    expect(await onSpoke('gone')).toBeUndefined();
    await hub.client.merge(refOf('gone'), { metadata: { labels: { again: 'yes' } } });
    await eventually(async () => expect(await onSpoke('gone')).toBeDefined());
  });

  test('again after a refusal, each pause twice as long as the one before, up to 1,000 s; a change of the spec begins anew', async () => {
    pauses.length = 0;
    await create('refused', { ...configMap('x'), metadata: { name: 'x', namespace: 'missing' } });
    await eventually(() => expect(pauses.filter((ms) => ms === 1_000_000).length).toBeGreaterThan(1));
    const retries = pauses.filter((ms) => !(HELD_MS as readonly number[]).includes(ms));
    expect(retries.slice(0, 19)).toEqual(Array.from({ length: 19 }, (_, index) => Math.min(1_000_000, 5 * 2 ** index)));
    pauses.length = 0;
    await hub.client.merge(refOf('refused'), { metadata: { labels: { again: 'yes' } } });
    await eventually(() => expect(pauses).toContain(5));
    await hub.client.delete(refOf('refused'));
  });
});

describe('what the work agent writes', () => {
  test('is nothing where nothing changed, for kinds that it merges and for kinds that it puts', async () => {
    const deployment: Manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'idle', namespace: 'default' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'idle' } },
        template: { metadata: { labels: { app: 'idle' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
      },
    };
    await create('idle', configMap('idle'), deployment);
    await hub.until(refOf('idle'), is('Applied', 'True'));
    const seen = async () => [
      (await onSpoke('idle'))?.metadata.resourceVersion,
      (await spoke.client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'idle' }))?.metadata.generation,
    ];
    const before = await seen();
    await hub.client.merge(refOf('idle'), { metadata: { labels: { again: 'yes' } } });
    await untilWorkedThrough();
    expect(await seen()).toEqual(before);
  });

  test('is refused for a Job that exists, whose controller has filled it in: the work turns Applied=False although all is well', async () => {
    await create('with-job', configMap('beside-job'), JOB);
    await hub.until(refOf('with-job'), is('Applied', 'True'));
    await spoke.until(
      { apiVersion: 'batch/v1', kind: 'Job', namespace: 'default', name: 'install' },
      (job) => job?.status?.succeeded === 1 || job?.status?.active === 1,
    );
    await hub.client.merge(refOf('with-job'), { metadata: { labels: { again: 'yes' } } });
    const failed = await hub.until(refOf('with-job'), is('Applied', 'False'));
    const [kept, job] = (failed!.status.resourceStatus.manifests as object[]).map((status) => condition({ ...failed!, status }, 'Applied'));
    expect(kept?.status).toBe('True');
    expect(job?.message).toMatch(/spec\.selector: Required value.*field is immutable/);
    await hub.client.delete(refOf('with-job'));
  });
});

test('what a work names no more is taken away, but not while one of its objects cannot be looked at', async () => {
  await create('shrinking', configMap('stays'), configMap('goes'));
  await hub.until(refOf('shrinking'), is('Applied', 'True'));
  const wants = (...manifests: Manifest[]) => hub.client.merge(refOf('shrinking'), { spec: { workload: { manifests } } });
  await wants(configMap('stays'), { apiVersion: 'example.org/v1', kind: 'Unserved', metadata: { name: 'x', namespace: 'default' } });
  await hub.until(refOf('shrinking'), is('Applied', 'False'));
  expect(await onSpoke('goes')).toBeDefined();
  await wants(configMap('stays'));
  await eventually(async () => expect(await onSpoke('goes')).toBeUndefined());
  expect(await onSpoke('stays')).toBeDefined();
});
