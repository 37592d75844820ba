import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { tarOf } from '../../src/execution/bundle/tar.ts';
import { exportFiles } from '../../src/execution/export/script.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { exportWalk } from '../../src/walk/walk-export.ts';
import { databaseOf, fleetOf } from '../support/fleet.ts';
import { memoryCluster } from '../support/memory-cluster.ts';
import { testWalk } from '../support/walk.ts';

const COREFILE_LINES = 40;

/** The script of a fleet of so many clusters with one standby on each, and a Corefile of a usual length on each. */
const exported = async (count: number) => {
  const names = ['tokyo', ...Array.from({ length: count - 1 }, (_, at) => `cluster-of-a-long-name-in-some-region-number-${at}`)];
  const pair = [names[0]!, names[1]!] as const;
  const demo = fleetOf(pair, { slice: { maxClusters: 32 } });
  const [first] = demo.clusters;
  const fleet = { ...demo, clusters: names.map((name) => ({ ...first!, name, context: name })) };
  const placement = Object.fromEntries(names.map((name, at) => [name, [at]]));
  const database = { ...databaseOf(pair), replicas: count, placement };
  const { tools } = testWalk();
  const clusters = new Map(names.map((name) => [name, memoryCluster(name)]));
  for (const [name, cluster] of clusters) {
    cluster.put({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `node-${name}` },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { operatingSystem: 'linux', architecture: 'amd64' } },
    });
    cluster.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace: 'kube-system' },
      data: { Corefile: `.:53 {\n    forward . 10.0.0.2\n}\n${`# ${name} ${'x'.repeat(60)}\n`.repeat(COREFILE_LINES)}` },
    });
  }
  const walk = { ...tools, fleet, cluster: (name: string) => clusters.get(name)! };
  const rounds = await exportWalk(distributedPostgres(fleet, database), walk);
  if (!('length' in rounds)) throw new Error(JSON.stringify(rounds.problems));
  const at = new Date(0);
  const files = exportFiles({ run: 'r1', fleet, database, rounds, at });
  const bytes = await promisify(gzip)(tarOf(files, at));
  return { files, packed: bytes.length, text: files.reduce((sum, { text }) => sum + text.length, 0) };
};

test.each([2, 32])('the script of a fleet of %i clusters is far below the 8 MB that a file in Slack and in Redis may have', async (count) => {
  const { files, packed, text } = await exported(count);
  expect(files.length).toBeGreaterThan(count);
  expect(files[0]?.text).toContain(`number-${count - 2}`);
  expect(packed).toBeLessThan(100_000);
  expect(text).toBeLessThan(2_000_000);
});
