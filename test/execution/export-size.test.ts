import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Fleet } from '../../src/domain/fleet.ts';
import { tarOf } from '../../src/execution/bundle/tar.ts';
import { bounded } from '../../src/execution/export/bound.ts';
import { exportFiles } from '../../src/execution/export/script.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import type { KubeObject } from '../../src/kube-api/objects.ts';
import { sliceManifest } from '../../src/steps/kubeslice/slice-manifest.ts';
import { exportWalk } from '../../src/walk/walk-export.ts';
import { coreDnsObjects } from '../support/core-dns.ts';
import { databaseOf, fleetOf } from '../support/fleet.ts';
import { memoryCluster } from '../support/memory-cluster.ts';
import { testWalk } from '../support/walk.ts';

const MIB = 2 ** 20;
/** What Slack and Redis take of one file (adapters/redis keeps it whole), and what nobody minds to unpack. */
const MOST_PACKED = 8 * MIB;
const MOST_UNPACKED = 8 * MIB;

/** Text that does not become smaller by packing, of letters that are no markup. */
const noise = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);

/** What the clusters hold, each as large as an API server takes it. */
interface Held {
  readonly corefile: (cluster: string) => string;
  readonly others?: (fleet: Fleet) => readonly KubeObject[];
}

const rootBlock = (cluster: string): string => `.:53 {\n    forward . 10.0.0.2\n}\n# ${cluster}\n`;
const comments = (bytes: number): string => `# ${noise(bytes)}\n`;

const HELD: Readonly<Record<string, Held>> = {
  'Corefiles of a usual length': { corefile: (cluster) => `${rootBlock(cluster)}${`# ${'x'.repeat(60)}\n`.repeat(40)}` },
  'Corefiles of nearly a MiB': { corefile: (cluster) => `${rootBlock(cluster)}${comments(MIB - 4_096)}` },
  'Corefiles that leave no room for a block': { corefile: (cluster) => `${rootBlock(cluster)}${comments(MIB - 100)}` },
  'a block of slice.local with targets of nearly a MiB': {
    corefile: (cluster) =>
      `${rootBlock(cluster)}slice.local:53 {\n    forward .${' 10.0.0.9'.repeat(80_000)} {\n        max_fails ${noise(9)}\n    }\n}\n`,
  },
  'a root block that binds to addresses of nearly a MiB': {
    corefile: (cluster) => `.:53 {\n    bind ${noise(MIB - 8_192)}\n    forward . 10.0.0.2\n}\n# ${cluster}\n`,
  },
  'zones of others between the first line and the block of slice.local': {
    corefile: (cluster) => `${rootBlock(cluster)}${comments(MIB - 8_192)}corp.example slice.local:53 {\n    forward . 10.0.0.9\n}\n`,
  },
  'a slice with namespaces of others of a MiB': {
    corefile: rootBlock,
    others: (fleet) => [
      {
        apiVersion: 'controller.kubeslice.io/v1alpha1',
        kind: 'SliceConfig',
        metadata: { name: fleet.kubeslice.slice.name, namespace: `kubeslice-${fleet.kubeslice.project}`, resourceVersion: '1' },
        spec: {
          ...(sliceManifest(fleet, databaseOf(['tokyo', 'osaka']))['spec'] as object),
          clusters: [],
          namespaceIsolationProfile: { applicationNamespaces: Array.from({ length: 16_000 }, () => ({ namespace: noise(40), clusters: ['*'] })) },
        },
      },
    ],
  },
};

/** The script of a fleet of so many clusters with one standby on each. */
const exported = async (count: number, { corefile, others = () => [] }: Held) => {
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
    for (const kind of ['DNS', 'IPAMBlock']) cluster.missingKinds.add(kind);
    cluster.put({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `node-${name}` },
      spec: {},
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        nodeInfo: { operatingSystem: 'linux', architecture: 'amd64', kubeletVersion: 'v1.35.0' },
      },
    });
    for (const object of coreDnsObjects(corefile(name))) cluster.put(object);
  }
  for (const object of others(fleet)) clusters.get(fleet.hub)!.put(object);
  const walk = { ...tools, fleet, cluster: (name: string) => clusters.get(name)! };
  const rounds = await exportWalk(distributedPostgres(fleet, database), walk);
  if (!('length' in rounds)) throw new Error(JSON.stringify(rounds.problems).slice(0, 2_000));
  const at = new Date(0);
  const { rounds: kept, leftOut } = bounded(rounds, database.name);
  const files = exportFiles({ run: 'r1', fleet, database, rounds: kept, at });
  const bytes = await promisify(gzip)(tarOf(files, at));
  return { files, leftOut, packed: bytes.length, unpacked: files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) };
};

test.each(Object.entries(HELD))(
  'with %s, the script of a fleet of 32 clusters is below what a file in Slack and in Redis may have, and says what it lacks',
  async (_, held) => {
    const { files, leftOut, packed, unpacked } = await exported(32, held);
    const script = files[0]!.text;
    expect(files.length).toBeGreaterThan(32);
    expect(script).toContain('number-30');
    expect(packed).toBeLessThan(MOST_PACKED);
    expect(unpacked).toBeLessThan(MOST_UNPACKED);
    expect(script.split('This step is left out of the script').length - 1).toBe(leftOut.length);
    for (const title of leftOut) expect(script).toContain(title);
  },
);

test('of CoreDNS whatever its Corefile holds, the script has the edit alone', async () => {
  const { files, leftOut, packed } = await exported(32, HELD['Corefiles of nearly a MiB']!);
  expect(leftOut).toEqual([]);
  expect(packed).toBeLessThan(100_000);
  const edits = files.filter(({ path }) => path.includes('coredns-edit'));
  expect(edits).toHaveLength(32);
  for (const { text } of edits) expect(text).toBe('slice.local:53 {\n    errors\n    cache 30\n    forward . 192.0.2.53\n}\n');
});
