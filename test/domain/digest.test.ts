import { expect, test } from 'vitest';
import { canonicalJson, planDigest, type PlanRequest } from '../../src/domain/digest.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { PlannedStep } from '../../src/domain/plan.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';

const request: PlanRequest = { kind: 'deploy', database: testDatabase, fleet: testFleet, procedureVersion: '1' };
const step = (id: string, finding: Finding): PlannedStep => ({ id, title: id, stage: 'Test', cluster: 'tokyo', usualMs: 1, finding });
const replicas = (from: number, to: number): Finding => ({
  kind: 'change',
  changes: [{ cluster: 'tokyo', action: 'change', object: 'Postgres demo/postgres', fields: [{ path: 'spec.replicas', from, to }] }],
});

test('equal values give equal JSON, whatever the order of their keys', () => {
  expect(canonicalJson({ b: 1, a: [{ d: undefined, c: 2 }] })).toBe('{"a":[{"c":2}],"b":1}');
});

test('what was merely seen is not in the digest', () => {
  const one = planDigest(request, [step('a', { kind: 'in-place', evidence: 'since 3 s' }), step('b', replicas(2, 3))]);
  const other = planDigest(request, [step('b', replicas(1, 3)), step('a', { kind: 'in-place', evidence: 'since 9 s', warnings: ['old'] })]);
  expect(other).toBe(one);
});

test.each([
  ['a wanted field', request, step('a', replicas(2, 5))],
  ['the kind of a finding', request, step('a', { kind: 'in-place', evidence: '' })],
  ['the fleet as configured', { ...request, fleet: { ...testFleet, probeImage: 'other' } }, step('a', replicas(2, 3))],
  ['the request', { ...request, database: { ...testDatabase, replicas: 5 } }, step('a', replicas(2, 3))],
  ['the version of the procedure', { ...request, procedureVersion: '2' }, step('a', replicas(2, 3))],
])('%s is in the digest', (_, changed, found) => {
  expect(planDigest(changed, [found])).not.toBe(planDigest(request, [step('a', replicas(2, 3))]));
});
