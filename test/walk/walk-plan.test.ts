import { expect, test } from 'vitest';
import { NotYetError, ProblemError } from '../../src/domain/problem.ts';
import { parallel, sequence } from '../../src/domain/procedure.ts';
import { ApplyConflictError } from '../../src/ports/cluster-errors.ts';
import { planWalk } from '../../src/walk/walk-plan.ts';
import type { Step } from '../../src/steps/context.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testWalk } from '../support/walk.ts';
import { told } from '../../src/domain/text.ts';

const checking = (name: string, check: Step['check'], facts: Partial<Step> = {}): Step => ({ ...configMapStep(name), check, ...facts });
const needs = (name: string, missing: string): Step => checking(name, () => Promise.reject(new NotYetError(missing)));

test('what an earlier step of the same sequence has to make first is known later, and names that step', async () => {
  const { tools } = testWalk();
  const plan = await planWalk(sequence(configMapStep('namespace'), needs('service', 'Namespace test on tokyo')), tools);
  expect(plan.map(({ finding }) => finding)).toEqual([
    { kind: 'change', changes: [{ cluster: 'tokyo', action: 'create', object: 'ConfigMap test/namespace', fields: [] }] },
    { kind: 'later', missing: 'Namespace test on tokyo', waitsFor: 'namespace is there' },
  ]);
});

test('what is missing although every earlier step is in place blocks the plan', async () => {
  const { tools, clusters } = testWalk();
  clusters.tokyo.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'namespace', namespace: 'test' } });
  const plan = await planWalk(sequence(configMapStep('namespace'), needs('service', 'Namespace test on tokyo')), tools);
  expect(plan[1]?.finding).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-083' }] });
});

test('what an earlier step that is in place has not brought forth yet is known later too', async () => {
  const { tools, clusters } = testWalk();
  clusters.tokyo.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'worker', namespace: 'test' } });
  const plan = await planWalk(sequence(configMapStep('worker', { waitsForReady: true }), needs('operator', 'Deployment operator on osaka')), tools);
  expect(plan.map(({ finding }) => finding.kind)).toEqual(['in-place', 'later']);
  expect(plan[1]?.finding).toMatchObject({ missing: 'Deployment operator on osaka', waitsFor: 'worker is there' });
});

test('what came while the plan was made does not block it', async () => {
  const { tools, clusters } = testWalk();
  clusters.tokyo.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'controller', namespace: 'test' } });
  let asked = 0;
  const webhook = checking('project', async () => {
    asked += 1;
    if (asked === 1) throw new NotYetError('webhook of tokyo');
    return { kind: 'in-place', evidence: 'it answers' };
  });
  const plan = await planWalk(sequence(configMapStep('controller'), webhook), tools);
  expect(plan[1]?.finding).toEqual({ kind: 'in-place', evidence: 'it answers' });
  expect(asked).toBe(2);
});

test('a step beside it in a parallel makes nothing known later', async () => {
  const { tools } = testWalk();
  const plan = await planWalk(parallel(configMapStep('namespace'), needs('service', 'Namespace test on tokyo')), tools);
  expect(plan[1]?.finding.kind).toBe('blocked');
});

test('steps after a blocked gate are checked all the same', async () => {
  const { tools } = testWalk();
  const problem = { code: 'PGD-011', what: told`nodes are too small`, evidence: [], remedy: told`Add one.` } as const;
  const gate = checking('nodes', () => Promise.reject(new ProblemError(problem)), { gate: true });
  const plan = await planWalk(sequence(gate, configMapStep('a')), tools);
  expect(plan.map(({ finding }) => finding.kind)).toEqual(['blocked', 'change']);
});

test('a cluster that does not answer blocks its own steps alone, and is asked once', async () => {
  const { tools, clusters } = testWalk();
  clusters.osaka.setReachable(false);
  const plan = await planWalk(
    sequence(configMapStep('a'), ...Array.from({ length: 20 }, (_, index) => configMapStep(`b${index}`, { cluster: 'osaka' }))),
    tools,
  );
  expect(plan[0]?.finding.kind).toBe('change');
  expect(plan[1]?.finding).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-001', what: told`osaka does not answer` }] });
  expect(clusters.osaka.calls.length).toBeLessThanOrEqual(8);
});

test('a field that another manager holds is told with manager and field', async () => {
  const { tools } = testWalk();
  const conflict = new ApplyConflictError('tokyo', 'applying Deployment x', 'conflict', [{ manager: 'helm', field: '.spec.replicas' }]);
  const plan = await planWalk(sequence(checking('x', () => Promise.reject(conflict))), tools);
  expect(plan[0]?.finding).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-080', evidence: ['.spec.replicas is held by helm'] }] });
});

test('reads of one kind become one list, and nothing is written', async () => {
  const { tools, clusters } = testWalk();
  const reading = (name: string): Step =>
    checking(name, async ({ cluster }) => {
      await cluster('tokyo').read({ apiVersion: 'v1', kind: 'Node', name });
      return { kind: 'in-place', evidence: '' };
    });
  await planWalk(parallel(reading('n1'), reading('n2'), reading('n3')), tools);
  expect(clusters.tokyo.calls).toEqual(['list Node']);
});

test('a check that writes is a bug', async () => {
  const { tools, clusters } = testWalk();
  const writing = checking('w', async (context) => {
    await (context.cluster('tokyo') as typeof clusters.tokyo).apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'w' } });
    return { kind: 'in-place', evidence: '' };
  });
  await expect(planWalk(sequence(writing), tools)).rejects.toThrow('check and verify may not write');
  expect(clusters.tokyo.calls).toEqual([]);
});
