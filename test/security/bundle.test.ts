import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { executeBundle } from '../../src/execution/execute-bundle.ts';
import type { Execution } from '../../src/execution/execution.ts';
import type { KubeObject } from '../../src/kube-api/objects.ts';
import { healthy } from '../../src/domain/finding.ts';
import { sequence } from '../../src/domain/procedure.ts';
import type { Run } from '../../src/domain/run.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import type { Step } from '../../src/steps/context.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { folderFor } from '../support/folder.ts';
import { memoryCluster } from '../support/memory-cluster.ts';
import { memoryStore } from '../support/memory-store.ts';
import { systemClock } from '../support/system-clock.ts';
import { testWalk } from '../support/walk.ts';
import { plantedSecrets } from './secrets.ts';

const planted = plantedSecrets(20_261_128);
/** Words without the form or the name of a secret: only where they stand tells what they are. */
const word = (place: string): string => `opensesame-${place}`;
const PLACES = ['env', 'secret', 'string-data', 'listed', 'map', 'applied', 'nested-env', 'nested-secret', 'helm', 'binary'];

const meta = (name: string, more: object = {}) => ({ name, namespace: 'demo', uid: name, ...more });
const said = planted.map(({ line }) => line);
const OBJECTS: readonly KubeObject[] = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta('pod', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"env":"${word('applied')}"}` } }),
    spec: {
      containers: [
        {
          name: 'main',
          env: [
            { name: 'PLAIN', value: word('env') },
            { name: 'FROM', valueFrom: { secretKeyRef: { name: 'kept-name', key: 'k' } } },
          ],
        },
      ],
    },
    status: { containerStatuses: [{ name: 'main', ready: false, restartCount: 3 }], conditions: said.map((message) => ({ type: 'Ready', message })) },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta('secret'),
    type: 'Opaque',
    data: { plain: word('secret') },
    stringData: { plain: word('string-data') },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('map'), data: { plain: word('map') }, binaryData: { plain: word('binary') } },
  {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: meta('work'),
    spec: {
      workload: {
        manifests: [
          { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'nested' }, data: { plain: word('nested-secret') } },
          {
            apiVersion: 'v1',
            kind: 'List',
            items: [{ metadata: { name: 'listed' }, type: 'helm.sh/release.v1', data: { release: word('listed') } }],
          },
          { kind: 'Deployment', spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: word('nested-env') }] }] } } } },
        ],
      },
    },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: meta('sh.helm.release.v1.kubedb.v1'), type: 'helm.sh/release.v1', data: { release: word('helm') } },
  ...said.map((message, at): KubeObject => ({ apiVersion: 'v1', kind: 'Event', metadata: meta(`event.${at}`), message, reason: 'Failed' })),
];

const cluster = (name: string): ClusterClient => {
  const memory = memoryCluster(name);
  for (const object of OBJECTS) memory.put(object);
  return {
    ...memory,
    logs: () => Promise.resolve(said.join('\n')),
    exec: () => Promise.resolve({ exitCode: 0, stdout: said.join('\n'), stderr: said.join('\n') }),
  };
};

/** Reads everything that there is, as steps read it. */
const reader: Step = {
  id: 'test/reader',
  title: 'everything is read',
  stage: 'Test',
  cluster: 'tokyo',
  verifyTimeoutMs: 1_000,
  rights: [],
  check: () => Promise.reject(new Error('not part of this test')),
  apply: () => Promise.reject(new Error('not part of this test')),
  async verify(context) {
    const client = context.cluster('tokyo');
    for (const { apiVersion, kind } of OBJECTS) await client.list({ apiVersion, kind });
    for (const { apiVersion, kind, metadata } of OBJECTS) await client.read({ apiVersion, kind, namespace: 'demo', name: metadata.name });
    await client.exec({ namespace: 'demo', pod: 'pod', container: 'postgres' }, ['psql']);
    await client.logs({ namespace: 'demo', pod: 'pod' });
    return healthy(said.join('; '));
  },
};

const run: Run = {
  id: 'r7k2',
  kind: 'bundle',
  database: testDatabase,
  fleet: testFleet,
  state: 'verifying',
  requestedBy: { userId: 'U0ALICE', teamId: 'T0HOME' },
  requestedAt: '2026-11-28T01:02:03Z',
  responseUrl: 'https://hooks.example/opensesame-response',
  about: 'r1aa',
  thread: { channel: 'C0DB' },
  attempt: 1,
  phase: 'verify',
  outcomes: {},
  revision: 0,
};

/** The bundle as somebody unpacks it, by path, and the run that tells of it. */
const made = async (clusters: (name: string) => ClusterClient) => {
  const store = memoryStore();
  store.put({ ...run, id: 'r1aa', kind: 'verify', bug: said.join(' ') });
  let after = run;
  await executeBundle({
    deps: { store, redact: createRedactor().value, clock: systemClock, procedures: { deploy: () => sequence(reader) } },
    writer: { run: () => after },
    tools: { ...testWalk().tools, clock: systemClock, cluster: clusters },
    conclude: (change: (current: Run) => Run) => (after = change(after)),
  } as unknown as Execution);
  const folder = await folderFor();
  await writeFile(join(folder, 'bundle.tar.gz'), (await store.bundle('r7k2')) ?? '');
  await promisify(execFile)('tar', ['-xzf', 'bundle.tar.gz'], { cwd: folder });
  const entries = (await readdir(join(folder, 'bundle'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = await Promise.all(
    entries.map(
      async ({ parentPath, name }) => [join(parentPath, name).slice(folder.length + 1), await readFile(join(parentPath, name), 'utf8')] as const,
    ),
  );
  return { files: new Map(files), after };
};

test('no secret that was planted in an object, an event, a log, an answer or the run is in a bundle, and what is no secret is', async () => {
  const { files, after } = await made(cluster);
  const everything = [...files].flat().join('\n');
  expect(planted.filter(({ secret }) => everything.includes(secret)).map(({ what }) => what)).toEqual([]);
  expect(PLACES.filter((place) => everything.includes(word(place)))).toEqual([]);
  expect(everything).not.toContain('opensesame');
  expect(after).toMatchObject({ state: 'succeeded', bundle: { files: files.size, silent: [] } });
  for (const path of ['index.txt', 'verify.json', 'run-r1aa.json', 'clusters/tokyo/objects/Pod.demo.json', 'clusters/osaka/objects/Event.demo.json'])
    expect([...files.keys()]).toContain(`bundle/${path}`);
  expect(files.get('bundle/clusters/tokyo/objects/Pod.demo.json')).toContain('kept-name');
  expect([...files.keys()].filter((path) => path.includes('/logs/')).length).toBeGreaterThan(1);
  expect([...files.keys()].some((path) => path.includes('Secret'))).toBe(false);
});

test('a cluster that is silent is a line in the index and in the card, and costs the others nothing', async () => {
  const { files, after } = await made((name) => {
    const client = memoryCluster(name);
    client.setReachable(name !== 'osaka');
    for (const object of OBJECTS) client.put(object);
    return { ...client, logs: () => Promise.resolve('a line'), exec: () => Promise.reject(new Error('refused')) };
  });
  expect(after.bundle?.silent).toEqual(['osaka']);
  const index = files.get('bundle/index.txt') ?? '';
  expect(index).toMatch(/osaka: asked [1-9]\d* times, 0 objects and 0 logs/);
  expect(index).toContain('nothing was answered');
  expect(index).toContain('connection refused');
  expect(index).toContain('not answered: a command in demo.pod.postgres: refused');
  expect([...files.keys()].some((path) => path.startsWith('bundle/clusters/tokyo/objects/'))).toBe(true);
});
