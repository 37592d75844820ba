import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stepsOf } from '../../src/domain/procedure.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { pathOf } from '../support/step-contract.ts';

/** The test that puts each step of the procedure through the contract of steps, or of gates. */
const CONTRACTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['cluster-reachable', 'clusters-distinct', 'tools-present', 'hub-address', 'names-fit', 'subnet-free', 'nodes-large-enough', 'storage-class']
      .concat('fleet-claimed')
      .map((gate) => [`preflight/${gate}`, 'preflight/contract.test.ts']),
  ),
  'kubedb/licence-valid': 'preflight/contract.test.ts',
  'ocm/hub-initialised': 'ocm/chain.test.ts',
  'ocm/spoke-joined': 'ocm/chain.test.ts',
  'ocm/spoke-accepted': 'ocm/chain.test.ts',
  'ocm/work-agent-tuned': 'ocm/chain.test.ts',
  'kubeslice/controller-installed': 'kubeslice/chain.test.ts',
  'kubeslice/project-ready': 'kubeslice/chain.test.ts',
  'kubeslice/gateway-labelled': 'kubeslice/chain.test.ts',
  'kubeslice/cluster-registered': 'kubeslice/chain.test.ts',
  'kubeslice/worker-rendered': 'kubeslice/chain.test.ts',
  'kubeslice/worker-named': 'kubeslice/chain.test.ts',
  'kubeslice/worker-healthy': 'kubeslice/chain.test.ts',
  'kubeslice/slice-configured': 'kubeslice/chain.test.ts',
  'kubeslice/tunnel-up': 'kubeslice/chain.test.ts',
  'coredns/slice-names-forwarded': 'kubeslice/chain.test.ts',
  'coredns/slice-names-resolve': 'kubeslice/chain.test.ts',
  'kubedb/operator-installed': 'kubedb/chain.test.ts',
  'kubedb/placement-policy': 'kubedb/chain.test.ts',
  'kubedb/petset-agent': 'kubedb/chain.test.ts',
  'postgres/namespace': 'kubeslice/chain.test.ts',
  'postgres/database-created': 'kubedb/chain.test.ts',
  'postgres/pods-running': 'kubedb/chain.test.ts',
  'postgres/secret-present': 'kubedb/chain.test.ts',
  'postgres/replication-streaming': 'kubedb/chain.test.ts',
};

const steps = stepsOf(distributedPostgres(testFleet, testDatabase));

test('every step of the procedure is put through the contract, and nothing else is claimed to be', () => {
  expect(Object.keys(CONTRACTS).toSorted()).toEqual([...new Set(steps.map(pathOf))].toSorted());
});

test.each(Object.entries(CONTRACTS))('%s is put through it by name, in %s', (path, file) => {
  const source = readFileSync(join(import.meta.dirname, file), 'utf8');
  const contract = steps.find((step) => pathOf(step) === path)?.gate === true ? 'keepsTheGatesContract(path, ' : /keepsTheContract\((path|'[^']+'), /;
  expect(source).toMatch(contract);
  expect(source).toContain(`'${path}'`);
});

test.each(steps.map((step) => [pathOf(step)]))('%s is the path of the file that makes the step', (path) => {
  expect(readFileSync(join(import.meta.dirname, '../../src/steps', `${path}.ts`), 'utf8')).toContain(`'${path}'`);
});
