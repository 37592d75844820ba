import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { toDatabase, toFleet } from '../../src/config/fleet.ts';
import { rightText, type NeededRight } from '../../src/domain/right.ts';
import { stepsOf } from '../../src/domain/procedure.ts';
import { distributedPostgres, rightsNeeded } from '../../src/procedures/distributed-postgres.ts';
import { planningClients } from '../../src/walk/clients/planning-clients.ts';
import { problemsOf } from '../../src/walk/problems-of.ts';
import { limitedTo } from '../support/limited-user.ts';
import { stepBench } from '../support/step-bench.ts';
import { askedText, lets, type Asked } from '../support/asked.ts';
import { playgroundFor, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';
import { heldByNoTest } from '../support/readme.ts';
import { USED_RARELY } from '../support/rights-used-rarely.ts';

const WORKER = 'system:serviceaccount:pgdist:pgdist';

let playground: TestPlayground;
const asked = new Map<string, Asked[]>();
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  for (const [cluster, api] of playground.fleet.apis) {
    const here: Asked[] = [];
    asked.set(cluster, here);
    api.observe({ authorized: (one) => void (one.user === WORKER && here.push(one)) });
  }
});
afterAll(() => playground?.close());

const neededOn = (cluster: string): NeededRight[] => {
  const [file] = readConfigFile(join(playground.folder, 'pgdist.yaml'));
  return rightsNeeded(toFleet(file), file.databases.map(toDatabase), cluster);
};

test('a deploy, its questions and a cancel do nothing but what the printed roles allow', async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    alice: cancel
    wait cancelled
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait applying
    fleet: kill worker
    fleet: start worker
    wait succeeded
    alice: /pgdist status postgres
    expect healthy
    alice: /pgdist verify postgres
    expect streaming
    fleet: stop postgres-1
    alice: /pgdist status postgres
    expect 1 of 2 standbys is missing
    fleet: start postgres-1
  `);
  const refused = [...asked].flatMap(([cluster, all]) => all.filter(({ allowed }) => !allowed).map((one) => `${askedText(one)} on ${cluster}`));
  expect(refused).toEqual([]);
});

/** Get, list and watch of the same things show the same: which of them a walk uses depends on what it finds. */
const READING = ['get', 'list', 'watch'];
const isUsed = (right: NeededRight, all: readonly Asked[]): boolean =>
  (READING.includes(right.verb) ? READING : [right.verb]).some((verb) => all.some((one) => lets({ ...right, verb }, one)));

test('each right that is asked for was used, or is listed with the rare case that uses it', () => {
  const unused = [...asked].flatMap(([cluster, all]) => neededOn(cluster).filter((right) => !isUsed(right, all)));
  const unexplained = unused.filter((right) => !USED_RARELY.some(({ is }) => is(right)));
  expect([...new Set(unexplained.map((right) => `${rightText(right)} (${right.neededBy.join(', ')})`))]).toEqual([]);
});

test('each rare case is of a right that is asked for, and names a test', () => {
  const all = [...asked.keys()].flatMap(neededOn);
  expect(USED_RARELY.filter(({ is }) => !all.some(is)).map(({ because }) => because)).toEqual([]);
  expect(
    heldByNoTest(
      'test',
      USED_RARELY.map(({ heldBy }) => heldBy),
    ),
  ).toEqual([]);
});

test('a step that lacks what it reads first fails with PGD-002 and names what was refused', async () => {
  const [file] = readConfigFile(join(playground.folder, 'pgdist.yaml'));
  const fleet = toFleet(file);
  const apis = [...playground.fleet.apis.values()];
  const bench = stepBench(fleet, apis, { licence: await readFile(file.kubedb.licenceFile, 'utf8') });
  const outcomes: string[] = [];
  const steps = stepsOf(distributedPostgres(fleet, toDatabase(file.databases[0]!))).filter(({ rights }) => rights.length > 0);
  for (const step of steps) {
    const first = step.rights[0]!;
    const rest = step.rights.filter(
      (right) => !(READING.includes(right.verb) && right.resource === first.resource && right.cluster === first.cluster),
    );
    const limited = await limitedTo(
      [{ by: step.id, rights: rest }],
      { context: bench.context, apis },
      `less-${step.id.replaceAll(/[^a-z0-9]+/g, '-')}`,
    );
    const context = { ...limited.context, cluster: planningClients(limited.context).remembering };
    const codesOf = (error: unknown): string[] =>
      (problemsOf(error, step, { underWay: false }) ?? []).map(({ code, evidence }) => `${code} ${evidence.join(' ')}`);
    const told = [...(await step.check(context).then(() => [], codesOf)), ...(await step.verify(context).then(() => [], codesOf))];
    if (!told.some((text) => text.startsWith('PGD-002') && text.includes(`resource "${first.resource}" in API group`)))
      outcomes.push(`${step.id}: ${told.join('; ')}`);
    await limited.close();
  }
  await bench.close();
  expect(outcomes).toEqual([]);
});
