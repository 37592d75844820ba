import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LeavingError, ProblemError } from '../../src/domain/problem.ts';
import type { KubeObject } from '../../src/kube-api/objects.ts';
import { readHelmRecord } from '../../src/steps/helm-record.ts';
import { helmSecret } from '../support/helm-record.ts';
import { memoryCluster } from '../support/memory-cluster.ts';
import { fromTheFuture, mutationsOf } from './kube/mutations.ts';

const RELEASE = { name: 'thing', namespace: 'there', revision: 3, status: 'deployed', version: 'v1.2.3', config: { a: 1 }, ours: true } as const;
const whole: KubeObject = helmSecret(RELEASE);
const record = {
  name: 'thing',
  namespace: 'there',
  version: 3,
  info: { status: 'deployed', description: '' },
  chart: { metadata: { name: 'thing', version: 'v1.2.3' } },
  config: { a: 1 },
};
const twice = (bytes: Buffer): string => Buffer.from(bytes.toString('base64')).toString('base64');
const packed = (value: unknown): string => twice(gzipSync(JSON.stringify(value)));
const holding = (release: unknown, more: Record<string, unknown> = {}): KubeObject => ({ ...whole, data: { release }, ...more });

const read = (...objects: readonly KubeObject[]) => {
  const cluster = memoryCluster('tokyo');
  for (const object of objects) cluster.put(object);
  return readHelmRecord(cluster, 'thing', 'there');
};

describe('a record that Helm wrote', () => {
  test.each<[string, KubeObject]>([
    ['as it does', whole],
    ['as its first versions did, not packed', holding(twice(Buffer.from(JSON.stringify(record))))],
    ['without values', holding(packed({ ...record, config: null }))],
    ['with fields that nobody knows', holding(packed(fromTheFuture(record as unknown as KubeObject)))],
    ['in a Secret without a type', { ...whole, type: null }],
    ['with labels of others', { ...whole, metadata: { ...whole.metadata, labels: { ...whole.metadata.labels, team: 'db' } } }],
  ])('is read %s', async (_, secret) => {
    expect(await read(secret)).toMatchObject({ revision: 3, status: 'deployed', chart: 'thing', version: 'v1.2.3', ours: true });
  });

  test('tells a status that nobody knows as unknown', async () => {
    expect(await read(holding(packed({ ...record, info: { status: 'pending-future' } })))).toMatchObject({ status: 'unknown' });
  });

  test('is the newest by its revision, whatever else is there', async () => {
    const named = (name: string): KubeObject => ({ ...holding('broken'), metadata: { ...whole.metadata, name } });
    const older = helmSecret({ ...RELEASE, revision: 2, version: 'v1.0.0' });
    expect(await read(older, whole, named('notes-of-thing'), named('sh.helm.release.v1.thing.vX'))).toMatchObject({ version: 'v1.2.3' });
  });
});

describe('a record that cannot be read is a problem with the name of its Secret', () => {
  test.each<[string, KubeObject, string]>([
    ['no base64', holding('not base64 at all!'), 'holds no record of Helm'],
    ['an empty text', holding(''), 'holds no record of Helm'],
    ['no text', holding(4), 'holds no record of Helm'],
    ['no data', { ...whole, data: null }, 'holds no record of Helm'],
    ['base64 of something else', holding(Buffer.from('hello').toString('base64')), 'holds no record of Helm'],
    ['base64 once', holding(gzipSync(JSON.stringify(record)).toString('base64')), 'holds no record of Helm'],
    ['a damaged gzip', holding(twice(gzipSync(JSON.stringify(record)).subarray(0, 40))), 'damaged'],
    ['gzip of no JSON', holding(twice(gzipSync('{"name": '))), 'holds no record of Helm'],
    ['a record without a chart', holding(packed({ ...record, chart: null })), 'no readable chart'],
    ['a record without its status', holding(packed({ ...record, info: null })), 'no readable info'],
    ['a record whose revision is a text', holding(packed({ ...record, version: '3' })), 'no readable version'],
    ['a record of a list', holding(packed([record])), 'holds no record of Helm'],
    ['a bomb', holding(twice(gzipSync(Buffer.alloc(20 * 2 ** 20)))), 'more than 16 MiB'],
    ['another type', { ...whole, type: 'helm.sh/release.v2' }, 'its type is "helm.sh/release.v2"'],
    ['a type of others', { ...whole, type: 'Opaque' }, 'its type is "Opaque"'],
  ])('%s', async (_, secret, why) => {
    await expect(read(secret)).rejects.toMatchObject({
      problems: [{ code: 'PGD-085', what: expect.stringContaining('thing on tokyo'), evidence: [expect.stringContaining(why)] }],
    });
    await expect(read(secret)).rejects.toMatchObject({ problems: [{ evidence: [expect.stringContaining('there/sh.helm.release.v1.thing.v3')] }] });
  });

  test('and every field of a record that is gone, empty or of another type is read or a problem', async () => {
    for (const { title, object } of mutationsOf(record as unknown as KubeObject)) {
      const outcome: unknown = await read(holding(packed(object))).catch((error: unknown) => error);
      const known = outcome instanceof ProblemError ? outcome.problems[0].code : (outcome as { chart?: unknown }).chart;
      expect(['PGD-085', 'thing', 'something else', ''], title).toContain(known);
    }
  });
});

test('a release that is kept in ConfigMaps is not installed over', async () => {
  const { data, ...rest } = whole;
  await expect(read({ ...rest, kind: 'ConfigMap', data })).rejects.toMatchObject({
    problems: [{ code: 'PGD-048', evidence: [expect.stringContaining('ConfigMap there/sh.helm.release.v1.thing.v3')] }],
  });
});

test('a record that is being deleted is no release that is in place', async () => {
  const leaving = { ...whole, metadata: { ...whole.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['corp.example/keep'] } };
  await expect(read(leaving)).rejects.toThrow(LeavingError);
  await expect(read(leaving)).rejects.toMatchObject({ problems: [{ evidence: [expect.any(String), 'held by finalizer corp.example/keep'] }] });
});
