import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { toDatabase, toFleet } from '../../src/config/fleet.ts';
import { stepsOf } from '../../src/domain/procedure.ts';
import type { KubeObject } from '../../src/kube-api/objects.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import type { StepContext } from '../../src/steps/context.ts';
import { FLEET_LEASE } from '../../src/steps/preflight/fleet-claimed.ts';
import { fromTheFuture, mutationsOf } from '../steps/kube/mutations.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { isDone, recordStep, replayStep, type Recorded, type Seen } from '../support/replayed-step.ts';
import { stepBench, type StepBench } from '../support/step-bench.ts';

let playground: TestPlayground;
let bench: StepBench;
let context: StepContext;
const recorded: Recorded[] = [];
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
});
afterAll(async () => {
  await bench?.close();
  await playground?.close();
});

test('a fleet is deployed, and each answer that its steps get is noted with what they look at', async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait succeeded
  `);
  const file = readConfigFile(join(playground.folder, 'pgdist.yaml'));
  const fleet = toFleet(file);
  bench = stepBench(fleet, [...playground.fleet.apis.values()], { licence: await readFile(file.kubedb.licenceFile, 'utf8') });
  const lease = (await bench.context.cluster(fleet.hub).read(FLEET_LEASE)) as { spec?: { holderIdentity?: string } } | undefined;
  context = { ...bench.context, installation: lease?.spec?.holderIdentity ?? '', toolVersion: async () => 'v1.0.0' };
  for (const step of stepsOf(distributedPostgres(fleet, toDatabase(file.databases[0]!))))
    for (const phase of ['check', 'verify'] as const) recorded.push(await recordStep(step, phase, context));
  const well = recorded.filter(({ phase, done }) => phase === 'verify' && !done).map(({ step }) => step.id);
  expect(well).toEqual([]);
});

/** Of a list a few: what is true of one item is true of each. */
const MOST_ITEMS = 2;
const looked = (record: Recorded): Seen[] => record.seen.filter(({ index, paths }) => paths.size > 0 && index < MOST_ITEMS);
const named = ({ step, phase }: Recorded, { object }: Seen, title: string): string =>
  `${step.id} ${phase}: ${object.kind} ${object.metadata.name}: ${title}`;

test('the steps read objects of every kind that a deploy knows', () => {
  const kinds = new Set(recorded.flatMap(({ seen }) => seen.map(({ object }) => object.kind)));
  expect([...kinds].toSorted()).toEqual(
    expect.arrayContaining([
      'ConfigMap',
      'Deployment',
      'Klusterlet',
      'ManifestWork',
      'Namespace',
      'Node',
      'Pod',
      'Postgres',
      'Secret',
      'SliceConfig',
    ]),
  );
  expect(recorded.flatMap((record) => looked(record)).length).toBeGreaterThan(150);
});

test('whatever an object of others lacks, or holds instead, is an answer of the step or a problem that is told, never a bug', async () => {
  const bugs = new Map<string, unknown>();
  let tried = 0;
  for (const record of recorded) {
    for (const seen of looked(record).filter(({ method }) => method !== 'diff')) {
      const changed = mutationsOf(seen.object, (path) => seen.paths.has(path));
      for (const { title, object } of [...changed, { title: 'of the future', object: fromTheFuture(seen.object) }]) {
        tried += 1;
        const outcome = await replayStep(record, seen, object, context);
        if ('bug' in outcome) bugs.set(named(record, seen, title), (outcome.bug as Error).stack ?? outcome.bug);
      }
    }
  }
  expect([...bugs].slice(0, 10)).toEqual([]);
  expect(tried).toBeGreaterThan(10_000);
});

/** What only tells something of a cluster that stands, and that no step makes or waits for. */
const TOLD_ONLY: readonly RegExp[] = [];

test('an object that is being deleted is in place for nobody, and the finalizer that holds it is named', async () => {
  const done: string[] = [];
  for (const record of recorded) {
    for (const seen of looked(record).filter(({ method }) => method !== 'list')) {
      const { metadata } = seen.object;
      const object = { ...seen.object, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['corp.example/holds'] } };
      const outcome = await replayStep(record, seen, object, context);
      const told = named(record, seen, isDone(outcome) ? 'done' : 'not named');
      if (isDone(outcome) || !JSON.stringify(outcome).includes('corp.example/holds')) done.push(told);
    }
  }
  expect(done.filter((one) => !TOLD_ONLY.some((pattern) => pattern.test(one)))).toEqual([]);
});

test('what tells nothing of its state is not known to be well', async () => {
  const done: string[] = [];
  for (const record of recorded.filter(({ phase }) => phase === 'verify')) {
    const before = await replayStep(record, { ...record.seen[0]!, key: '' }, {} as KubeObject, context);
    if (!isDone(before)) continue;
    for (const seen of looked(record).filter(({ paths, object }) => paths.has('status') && object['status'] !== undefined)) {
      for (const status of [undefined, null, {}, [], '']) {
        const outcome = await replayStep(record, seen, { ...seen.object, status }, context);
        if (isDone(outcome)) done.push(named(record, seen, JSON.stringify(status) ?? 'removed'));
      }
    }
  }
  expect(done).toEqual([]);
});
