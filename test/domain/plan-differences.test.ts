import { expect, test } from 'vitest';
import type { Change, Finding } from '../../src/domain/finding.ts';
import { beyondApproval, differences, newToWeigh } from '../../src/domain/plan-differences.ts';
import { planStanding, type PlannedStep } from '../../src/domain/plan.ts';
import { LOSS_NOT_ASKED } from '../../src/domain/loss-of-cluster.ts';
import { told } from '../../src/domain/text.ts';

const step = (id: string, finding: Finding): PlannedStep => ({ id, title: `${id} is there`, stage: 'Test', cluster: 'tokyo', usualMs: 1, finding });
const plan = (...steps: PlannedStep[]) => ({ steps });
const change = (action: Change['action'], object: string, fields: Change['fields'] = []): Finding => ({
  kind: 'change',
  changes: [{ cluster: 'tokyo', action, object, fields }],
});
const inPlace: Finding = { kind: 'in-place', evidence: 'as wanted' };

test('a difference names object, field and cluster with the value found and the one wanted', () => {
  const now = change('change', 'Postgres demo/postgres', [{ path: 'spec.replicas', from: 5, to: 3 }]);
  expect(differences(plan(step('a', inPlace)), plan(step('a', now)))).toEqual([
    'Postgres demo/postgres on tokyo was as wanted and now differs: spec.replicas is 5, wanted is 3 (a is there)',
  ]);
});

test('what others did since is a difference too', () => {
  expect(differences(plan(step('a', change('create', 'Namespace demo'))), plan(step('a', inPlace)))).toEqual([
    'a is there: this was done by others since (as wanted)',
  ]);
});

test('a problem that came up is told in its own words', () => {
  const blocked: Finding = { kind: 'blocked', problems: [{ code: 'PGD-001', what: told`osaka does not answer`, evidence: [], remedy: told`` }] };
  expect(differences(plan(step('a', inPlace)), plan(step('a', blocked)))).toEqual(['osaka does not answer']);
});

test.each<[string, Finding, Finding, number]>([
  ['what is in place by now', change('create', 'Namespace demo'), inPlace, 0],
  ['what was known only later', { kind: 'later', missing: 'x', waitsFor: 'y' }, change('create', 'Service a'), 0],
  [
    'an object that was half made',
    change('create', 'Postgres demo/postgres'),
    change('change', 'Postgres demo/postgres', [{ path: 'spec.x', to: 1 }]),
    0,
  ],
  ['a release of which the install was interrupted', change('install', 'Helm release kubedb v1'), change('delete', 'Helm release kubedb'), 0],
  [
    'a part of the approved fields',
    change('change', 'Node n', [
      { path: 'a', to: 1 },
      { path: 'b', to: 2 },
    ]),
    change('change', 'Node n', [{ path: 'b', from: 9, to: 2 }]),
    0,
  ],
  [
    'what gives back what the walk itself took away',
    change('install', 'Helm release a'),
    { kind: 'change', changes: [{ cluster: 'tokyo', action: 'change', object: 'Deployment a', fields: [], restores: true }] },
    0,
  ],
  ['a field with another value', change('change', 'Node n', [{ path: 'a', to: 1 }]), change('change', 'Node n', [{ path: 'a', to: 7 }]), 1],
  ['an object that was in place', inPlace, change('change', 'Node n', [{ path: 'a', to: 1 }]), 1],
  ['a deletion where a change was approved', change('change', 'Node n'), change('delete', 'Node n'), 1],
])('a resumed walk: %s', (_, approved, now, beyond) => {
  expect(beyondApproval(plan(step('a', approved)), plan(step('a', now)))).toHaveLength(beyond);
});

test('one problem blocks a plan, and what is known only later makes it one with changes', () => {
  const later: Finding = { kind: 'later', missing: 'x', waitsFor: 'y' };
  expect(planStanding(plan(step('a', inPlace)))).toBe('nothing-to-do');
  expect(planStanding(plan(step('a', inPlace), step('b', later)))).toBe('changes');
  expect(planStanding(plan(step('b', later), step('c', { kind: 'blocked', problems: [] })))).toBe('blocked');
});

test('a step that could only be foreseen may write what was foreseen, and no more', () => {
  const foreseen = (...changes: Change[]): Finding => ({ kind: 'later', missing: 'x', waitsFor: 'y', changes });
  const dns: Change = { cluster: 'tokyo', action: 'change', object: 'ConfigMap dns', fields: [{ path: 'data.a', later: 'address of the Service' }] };
  const beyond = (was: Finding, now: Finding): string[] => beyondApproval(plan(step('a', was)), plan(step('a', now)));
  expect(beyond(foreseen(dns), change('change', 'ConfigMap dns', [{ path: 'data.a', to: '10.0.0.7' }]))).toEqual([]);
  expect(beyond(foreseen(dns), change('change', 'ConfigMap dns', [{ path: 'data.b', to: '1' }]))).toEqual([
    'ConfigMap dns on tokyo: data.b is to become "1"',
  ]);
  expect(beyond(foreseen(), change('create', 'Service a'))).toEqual(['Service a on tokyo now has to be created too']);
  const perhaps = { ...dns, fields: [{ path: 'data.a', to: 'x' }], onlyIf: told`nobody did` };
  expect(beyond(foreseen(perhaps), change('change', 'ConfigMap dns', [{ path: 'data.a', to: 'x and what stood there' }]))).toEqual([]);
});

test('another value that was foreseen is a difference of the plan', () => {
  const of = (to: number) =>
    plan(
      step('a', {
        kind: 'later',
        missing: 'x',
        waitsFor: 'y',
        changes: [{ cluster: 'tokyo', action: 'create', object: 'Service a', fields: [{ path: 'spec.size', to }] }],
      }),
    );
  expect(differences(of(1), of(1))).toEqual([]);
  expect(differences(of(1), of(2))).toEqual(['Service a on tokyo: spec.size is to become 2']);
});

test('what is to be weighed now and was not shown is a difference, whatever the steps say; that nobody could ask is none', () => {
  const [goOn, stop] = [told`If osaka is lost: writes go on`, told`If osaka is lost: writes stop`];
  const of = (...worthKnowing: (typeof goOn)[]) => ({ worthKnowing });
  expect(newToWeigh(of(goOn), of(goOn))).toEqual([]);
  expect(newToWeigh(of(goOn, stop), of(stop))).toEqual([]);
  expect(newToWeigh(of(goOn), of(LOSS_NOT_ASKED))).toEqual([]);
  expect(newToWeigh(of(goOn), of(stop))).toEqual([
    'this is to be weighed now, and was not in the plan that was approved: If osaka is lost: writes stop',
  ]);
});
