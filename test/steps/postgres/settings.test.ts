import { describe, expect, test } from 'vitest';
import type { Database, DatabaseSettings } from '../../../src/domain/database.ts';
import { lossOfClusters } from '../../../src/domain/loss-of-cluster.ts';
import { NotYetError } from '../../../src/domain/problem.ts';
import type { Declared } from '../../../src/domain/declared.ts';
import { plainText } from '../../../src/domain/text.ts';
import { databaseCreated } from '../../../src/steps/postgres/database-created.ts';
import { postgresManifest, postgresManifestLike, postgresSchema } from '../../../src/steps/postgres/postgres-manifest.ts';
import { parametersText } from '../../../src/steps/postgres/settings-manifest.ts';
import { declaredNow } from '../../../src/walk/declared.ts';
import type { Manifest } from '../../../src/kube-api/objects.ts';
import { databaseOf, fleetOf } from '../../support/fleet.ts';
import { testWalk } from '../../support/walk.ts';

const names = ['tokyo', 'osaka'] as const;
const fleet = fleetOf(names);
const withSettings = (settings: DatabaseSettings): Database => ({ ...databaseOf(names), settings });

const EVERYTHING: DatabaseSettings = {
  resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
  parameters: { work_mem: '16MB', max_connections: '200' },
  tls: { issuer: { kind: 'ClusterIssuer', name: 'postgres' } },
  sslMode: 'verify-full',
  streamingMode: 'Synchronous',
};

test('settings stand in the Postgres where the CRD has them, and nothing of them where there are none', () => {
  expect(postgresManifest(withSettings(EVERYTHING))['spec']).toMatchObject({
    configuration: { inline: { 'user.conf': "max_connections = '200'\nwork_mem = '16MB'\n" } },
    tls: { issuerRef: { apiGroup: 'cert-manager.io', kind: 'ClusterIssuer', name: 'postgres' } },
    sslMode: 'verify-full',
    streamingMode: 'Synchronous',
    podTemplate: { spec: { containers: [{ name: 'postgres', resources: EVERYTHING.resources }] } },
  });
  expect(Object.keys(postgresManifest(databaseOf(names))['spec'] as object)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/configuration|tls|sslMode|streamingMode/)]),
  );
});

test('no value of a parameter ends its quotes', () => {
  expect(parametersText({ a: String.raw`it's \x` })).toBe(String.raw`a = 'it''s \\x'` + '\n');
});

/** What a plan says of the database where this Postgres exists already. */
const findingOf = async (database: Database, live: Database, manager = 'pgdist', claims: readonly Manifest[] = []) => {
  const { tools, clusters } = testWalk();
  for (const claim of claims) clusters.tokyo.put(claim);
  const { spec, metadata, ...kind } = postgresManifest(live);
  clusters.tokyo.put({ ...kind, metadata: { ...metadata, managedFields: [{ manager, operation: 'Apply' as const }] }, spec });
  const step = databaseCreated(fleet, database);
  return step.check({
    ...tools,
    fleet,
    cluster: (name: string) => clusters[name as 'tokyo'],
    licence: async () => '',
    toolVersion: async () => undefined,
  });
};

test.each([
  [{ resources: { limits: { memory: '4Gi' } } }, 'VerticalScaling', 'memory limits is 2Gi, configured is 4Gi'],
  [{ parameters: { work_mem: '64MB' } }, 'Reconfigure', "parameters differ: work_mem = '64MB'"],
  [{ sslMode: 'require' as const }, 'ReconfigureTLS', 'sslMode is verify-full, configured is require'],
])('%j of a database that exists blocks the plan, with the request that changes it', async (change, type, evidence) => {
  const finding = await findingOf(withSettings({ ...EVERYTHING, ...change }), withSettings(EVERYTHING));
  if (finding.kind !== 'blocked') throw new Error(finding.kind);
  const [problem] = finding.problems;
  expect(problem?.code).toBe('PGD-057');
  expect(problem?.evidence).toEqual([evidence]);
  const lines = problem?.means?.kind === 'terminal' ? problem.means.lines : [];
  expect(lines.map(({ line, cluster, namespace }) => [cluster, namespace, line])).toEqual([['tokyo', 'demo', 'create -f -']]);
  expect(lines[0]?.input).toContain(`type: ${type}`);
});

test('another streamingMode of a database that exists blocks the plan and names no request, as KubeDB has none', async () => {
  const finding = await findingOf(withSettings({ streamingMode: 'Synchronous' }), databaseOf(names));
  if (finding.kind !== 'blocked') throw new Error(finding.kind);
  expect(finding.problems[0]?.evidence).toEqual(['streamingMode is Asynchronous (not set), configured is Synchronous']);
  expect(finding.problems[0]?.means).toBeUndefined();
});

test('of a database that others made other settings are told and block nothing', async () => {
  const finding = await findingOf(withSettings({ streamingMode: 'Synchronous' }), databaseOf(names), 'somebody');
  expect(finding).toMatchObject({
    kind: 'in-place',
    warnings: ['streamingMode is Asynchronous (not set), configured is Synchronous; it is left so'],
  });
});

test('a deploy whose file does not name settings leaves those that the database has', () => {
  const live = postgresSchema.parse(postgresManifest(withSettings(EVERYTHING)));
  expect(postgresManifestLike(databaseOf(names), live)).toEqual(postgresManifest(withSettings(EVERYTHING)));
});

test('what the loss of a cluster costs follows the streamingMode', () => {
  const told = (settings: DatabaseSettings): string => lossOfClusters(fleet, withSettings(settings)).map(plainText).join('\n');
  expect(told({})).toContain(
    'If osaka (1 of 3 voters) is lost: writes go on. Rows at risk, were the primary there: what no standby of another cluster has yet',
  );
  const synchronous = told({ streamingMode: 'Synchronous' });
  expect(synchronous).toContain(
    'If osaka (1 of 3 voters) is lost: writes go on. No acknowledged row is at risk, as a standby elsewhere had received it',
  );
  expect(synchronous).toContain('Then one standby is left: without that one too, commits wait');
  expect(synchronous).not.toContain('asynchronous');
});

test('what the loss of a cluster costs of a database that exists is what its own object says, whatever the file has', () => {
  const told = (declared: Declared, settings: DatabaseSettings = {}): string =>
    lossOfClusters(fleet, withSettings(settings), declared).map(plainText).join('\n');
  const there = { kind: 'there', replicas: 3, placedBy: 'postgres-placement' } as const;
  const received = 'No acknowledged row is at risk';
  expect(told({ ...there, streamingMode: 'Synchronous' })).toContain(received);
  expect(told({ ...there, streamingMode: 'Asynchronous' }, { streamingMode: 'Synchronous' })).not.toContain(received);
  expect(told(there, { streamingMode: 'Synchronous' })).toContain('as replication is asynchronous');
  expect(told({ ...there, replicas: 5 })).toBe(
    'If a cluster is lost: what becomes of writes is not known, as the database exists with 5 replicas placed by PlacementPolicy postgres-placement, and not as in pgdist.yaml',
  );
  expect(told({ ...there, placedBy: 'others' })).toContain('placed by PlacementPolicy others, and not as in pgdist.yaml');
  expect(told({ kind: 'not-known' })).toBe('If a cluster is lost: what becomes of writes is not known, as the hub does not say how the database is');
});

test('how the hub has the database is read of its object, and a hub that says nothing is not known', async () => {
  const { tools, clusters } = testWalk();
  const live = withSettings({ streamingMode: 'Synchronous' });
  expect(await declaredNow({ ...tools, fleet }, live)).toEqual({ kind: 'new' });
  clusters.tokyo.put(postgresManifest(live));
  expect(await declaredNow({ ...tools, fleet }, live)).toEqual({
    kind: 'there',
    replicas: 3,
    streamingMode: 'Synchronous',
    placedBy: 'postgres-placement',
  });
  const { spec, ...manifest } = postgresManifest(live);
  clusters.tokyo.put({
    ...manifest,
    spec: { ...(spec as object), synchronousReplicationConfig: { mode: 'First', numSyncReplicas: 2, commitLevel: 'RemoteWrite' } },
  });
  expect(await declaredNow({ ...tools, fleet }, live)).toMatchObject({ kind: 'there', synchronous: 'mode First, numSyncReplicas 2' });
  const silent = (): never => {
    throw new Error('no answer');
  };
  expect(await declaredNow({ ...tools, fleet, cluster: silent }, live)).toEqual({ kind: 'not-known' });
});

describe('the class of volumes that exist', () => {
  const claim = (index: number, storageClassName: string, phase = 'Bound') => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: `data-postgres-${index}`, namespace: 'demo' },
    spec: { storageClassName },
    status: { phase },
  });
  const found = async (
    wanted: string | undefined,
    claims: readonly ReturnType<typeof claim>[],
    settings: DatabaseSettings = {},
    manager = 'pgdist',
  ) => {
    const database = { ...withSettings(settings), ...(wanted === undefined ? {} : { storageClass: wanted }) };
    return await findingOf(database, databaseOf(names), manager, claims);
  };

  test('blocks a plan that wants another, and says what a person would do', async () => {
    const finding = await found('fast', [claim(0, 'standard'), claim(2, 'fast')]);
    if (finding.kind !== 'blocked') throw new Error(finding.kind);
    const [problem] = finding.problems;
    expect(problem?.code).toBe('PGD-057');
    expect(problem?.evidence).toEqual(['storageClass of data-postgres-0 on tokyo is standard, configured is fast']);
    expect(plainText(problem!.remedy)).toContain('Kubernetes cannot change the class of a claim that exists');
  });

  test('is told beside what an operation would change, and of a claim that holds nothing that it does not', async () => {
    const finding = await found('fast', [claim(0, 'standard', 'Pending')], { resources: { limits: { memory: '4Gi' } } });
    if (finding.kind !== 'blocked') throw new Error(finding.kind);
    expect(finding.problems[0]?.evidence).toEqual([
      'memory limits is not set, configured is 4Gi',
      'storageClass of data-postgres-0 on tokyo is standard (it is Pending), configured is fast',
    ]);
    expect(plainText(finding.problems[0]!.remedy)).toMatch(
      /have KubeDB change it by an operation.*Kubernetes cannot change the class.*The requests:/,
    );
  });

  test.each([
    ['as configured', 'fast', [claim(0, 'fast')]],
    ['of no class that the file names', undefined, [claim(0, 'standard')]],
    ['not there yet', 'fast', []],
    ['of another database', 'fast', [{ ...claim(0, 'standard'), metadata: { name: 'data-orders-0', namespace: 'demo' } }]],
  ] as const)('is nothing to tell where the claims are %s', async (_what, wanted, claims) => {
    // Its policy is not there: nothing else stands in the way.
    await expect(found(wanted, claims)).rejects.toBeInstanceOf(NotYetError);
  });

  test('of a database that others made is told, and blocks nothing', async () => {
    expect(await found('fast', [claim(0, 'standard')], {}, 'somebody')).toMatchObject({
      kind: 'in-place',
      warnings: ['storageClass of data-postgres-0 on tokyo is standard, configured is fast; it is left so'],
    });
  });
});
