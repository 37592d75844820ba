import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Fleet } from '../../../src/domain/fleet.ts';
import { assembleChart } from '../../../playground/charts/assemble.ts';
import { toolPaths } from '../../../playground/tools.ts';
import type { Step } from '../../../src/steps/context.ts';
import { licenceValid } from '../../../src/steps/kubedb/licence-valid.ts';
import { operatorInstalled } from '../../../src/steps/kubedb/operator-installed.ts';
import { petsetAgent } from '../../../src/steps/kubedb/petset-agent.ts';
import { placementPolicy } from '../../../src/steps/kubedb/placement-policy.ts';
import { databaseCreated } from '../../../src/steps/postgres/database-created.ts';
import { podsRunning } from '../../../src/steps/postgres/pods-running.ts';
import { replicationStreaming } from '../../../src/steps/postgres/replication-streaming.ts';
import { secretPresent } from '../../../src/steps/postgres/secret-present.ts';
import { database, fleet, kubedbFleet, type KubedbFleet } from '../../support/kubedb-fleet.ts';
import { stepBench, type StepBench } from '../../support/step-bench.ts';
import { keepsTheContract } from '../../support/step-contract.ts';

let world: KubedbFleet;
let bench: StepBench;
let folder: string;
let withChart: Fleet;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-chart-'));
  withChart = { ...fleet, kubedb: { ...fleet.kubedb, chart: await assembleChart('kubedb', folder) } };
  vi.stubEnv('PATH', [dirname((await toolPaths()).helm), process.env['PATH']].join(delimiter));
  world = await kubedbFleet({ operators: false });
  bench = stepBench(withChart, [world.hub.api, world.worker.api], { licence: world.licence });
});
afterAll(async () => {
  await bench?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

interface Link {
  readonly path: string;
  readonly fact: string;
  step(fleet: Fleet): Step;
  readonly comesByItself?: boolean;
}

/** From a fleet with a slice to a database that replicates: what one step leaves behind is what the next finds. */
const CHAIN: Link[] = [
  { path: 'kubedb/operator-installed', fact: 'the operator is installed by its chart', step: (at) => operatorInstalled(at, database) },
  { path: 'kubedb/petset-agent', fact: 'the petset agent has its role', step: (at) => petsetAgent(at, database, 'demo-worker'), comesByItself: true },
  { path: 'kubedb/placement-policy', fact: 'the placement is set', step: (at) => placementPolicy(at, database) },
  { path: 'postgres/database-created', fact: 'the database is declared', step: (at) => databaseCreated(at, database) },
  { path: 'postgres/pods-running', fact: 'pods run on the hub', step: (at) => podsRunning(at, database, 'demo-controller'), comesByItself: true },
  { path: 'postgres/pods-running', fact: 'pods run on the spoke', step: (at) => podsRunning(at, database, 'demo-worker'), comesByItself: true },
  {
    path: 'postgres/secret-present',
    fact: 'credentials are on the spoke',
    step: (at) => secretPresent(at, database, 'demo-worker'),
    comesByItself: true,
  },
  { path: 'postgres/replication-streaming', fact: 'every standby streams', step: (at) => replicationStreaming(at, database), comesByItself: true },
];

test('the licence is accepted before anything is installed, and shown by serial number and end alone', async () => {
  const finding = await licenceValid(withChart).check(bench.context);
  expect(finding.kind === 'in-place' && finding.evidence).toMatch(/^licence [0-9A-F]+ is valid until 20/);
});

test.each(CHAIN)('$fact, by the contract of steps', async ({ path, step, comesByItself = false }) => {
  const options = { comesByItself, apis: [world.hub.api, world.worker.api] };
  await expect(keepsTheContract(path, step(withChart), bench.context, options)).resolves.toBeUndefined();
});
