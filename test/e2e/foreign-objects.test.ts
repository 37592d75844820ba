import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { toDatabase, toFleet } from '../../src/config/fleet.ts';
import { stepsOf } from '../../src/domain/procedure.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import type { StepContext } from '../../src/steps/context.ts';
import { FLEET_LEASE } from '../../src/steps/preflight/fleet-claimed.ts';
import { fromTheFuture, mutationsOf } from '../steps/kube/mutations.ts';
import { DEPLOY, playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
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
  await playground.play(DEPLOY);
  const [file] = readConfigFile(join(playground.folder, 'pgdist.yaml'));
  const fleet = toFleet(file);
  bench = stepBench(fleet, [...playground.fleet.apis.values()], { licence: await readFile(file.kubedb.licenceFile, 'utf8') });
  const lease = (await bench.context.cluster(fleet.hub).read(FLEET_LEASE)) as { spec?: { holderIdentity?: string } } | undefined;
  context = { ...bench.context, installation: lease?.spec?.holderIdentity ?? '', toolVersion: async () => 'v1.0.0' };
  for (const step of stepsOf(distributedPostgres(fleet, toDatabase(file.databases[0]!))))
    for (const phase of ['check', 'verify'] as const) recorded.push(await recordStep(step, phase, context));
  const well = recorded.filter(({ phase, done }) => phase === 'verify' && !done).map(({ step }) => step.id);
  expect(well).toEqual([]);
});

/** Of the objects of one kind that a step looks at, the first: what is true of one is true of each. */
const looked = ({ seen }: Recorded): Seen[] =>
  seen.filter(
    (one, index) =>
      one.paths.size > 0 &&
      seen.findIndex(({ method, object, paths }) => paths.size > 0 && method === one.method && object.kind === one.object.kind) === index,
  );
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
  expect(kinds.size).toBeGreaterThan(25);
});

test('whatever an object of others lacks, or holds instead, is an answer of the step or a problem that is told, never a bug', async () => {
  const bugs: string[] = [];
  let tried = 0;
  // Of a gate check and verify are one.
  for (const record of recorded.filter(({ step, phase }) => step.gate !== true || phase === 'check')) {
    for (const seen of looked(record).filter(({ method }) => method !== 'diff')) {
      const changed = mutationsOf(seen.object, (path) => seen.paths.has(path));
      for (const { title, object } of [...changed, { title: 'of the future', object: fromTheFuture(seen.object) }]) {
        tried += 1;
        const outcome = await replayStep(record, seen, object, context, { alone: true });
        if ('bug' in outcome) bugs.push(`${named(record, seen, title)}: ${String(outcome.bug)}`);
      }
    }
  }
  expect(bugs.slice(0, 10)).toEqual([]);
  expect(tried).toBeGreaterThan(10_000);
});

/** What is asked of these does not rest on the object's staying: a UID, a webhook that is tried, an object that the step reads by itself as well. */
const DOES_NOT_REST_ON_IT: readonly RegExp[] = [
  /^(preflight\/clusters-distinct|kubedb\/licence-valid) \w+: Namespace kube-system:/,
  /^kubeslice\/controller-installed verify: Project /,
  /^kubedb\/operator-installed verify: (Postgres|PlacementPolicy) /,
  /^kubeslice\/cluster-registered@\S+ check: Cluster /,
  // Pods that run are told with a warning that names the work (doomed-works.ts).
  /^postgres\/pods-running@\S+ \w+: ManifestWork /,
  // When its certificate ends, where the agent still has one.
  /^ocm\/spoke-(joined|accepted)@\S+ \w+: Secret hub-kubeconfig-secret:/,
];

test('an object that is being deleted is in place for nobody, and the finalizer that holds it is named', async () => {
  const done: string[] = [];
  for (const record of recorded) {
    for (const seen of looked(record).filter(({ method }) => method !== 'list')) {
      const { metadata } = seen.object;
      const object = { ...seen.object, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['corp.example/holds'] } };
      const outcome = await replayStep(record, seen, object, context);
      if (isDone(outcome) || !JSON.stringify(outcome).includes('corp.example/holds'))
        done.push(named(record, seen, isDone(outcome) ? 'done' : 'not named'));
    }
  }
  expect(done.filter((one) => !DOES_NOT_REST_ON_IT.some((pattern) => pattern.test(one)))).toEqual([]);
});

/** Kinds whose state a step is about: one that tells nothing of it is not known to be well. */
const RESTS_ON_STATE: readonly (readonly [step: string, kind: string])[] = [
  ['ocm/hub-initialised', 'ClusterManager'],
  ['ocm/spoke-accepted', 'ManagedCluster'],
  ['ocm/work-agent-tuned', 'Deployment'],
  ['kubeslice/controller-installed', 'Deployment'],
  ['kubeslice/worker-healthy', 'Cluster'],
  ['kubeslice/tunnel-up', 'SliceGateway'],
  ['postgres/pods-running', 'Pod'],
];

test.each(RESTS_ON_STATE)('%s does not take a %s that tells nothing of its state for well', async (path, kind) => {
  const about = recorded.filter(({ step, phase }) => step.id.startsWith(path) && phase === 'verify');
  expect(about.length).toBeGreaterThan(0);
  for (const record of about) {
    expect(record.done, record.step.id).toBe(true);
    const ofKind = record.seen.filter(({ object, paths }) => object.kind === kind && paths.has('status'));
    for (const status of [undefined, null, {}, [], '']) {
      const outcomes = await Promise.all(ofKind.map((seen) => replayStep(record, seen, { ...seen.object, status }, context)));
      expect(
        outcomes.some((outcome) => !isDone(outcome)),
        `${record.step.id}: ${JSON.stringify(status)}`,
      ).toBe(true);
    }
  }
});
