import { expect, test } from 'vitest';
import { NotYetError, ProblemError } from '../../src/domain/problem.ts';
import { sequence } from '../../src/domain/procedure.ts';
import { told } from '../../src/domain/text.ts';
import type { Step } from '../../src/steps/context.ts';
import { manifestStep } from '../../src/steps/manifest-step.ts';
import { planWalk } from '../../src/walk/walk-plan.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testWalk } from '../support/walk.ts';

const policy = (facts: Partial<Step> = {}): Step => ({
  ...manifestStep({
    id: 'policy',
    title: 'the policy is set',
    stage: 'Test',
    cluster: 'tokyo',
    verifyTimeoutMs: 1,
    rights: [],
    manifest: () => ({
      apiVersion: 'example.com/v1',
      kind: 'Policy',
      metadata: { name: 'a', labels: { owner: 'b' } },
      spec: { size: 3, names: ['x', 'y'], unset: undefined, none: {} },
    }),
    verify: async () => ({ healthy: true, evidence: '' }),
  }),
  check: () => Promise.reject(new NotYetError('kind Policy on tokyo')),
  ...facts,
});

const planned = async (step: Step, walk = testWalk()) => (await planWalk(sequence(configMapStep('earlier'), step), walk.tools))[1]?.finding;

test('a step that cannot be asked for yet tells every field of what it will write', async () => {
  expect(await planned(policy())).toEqual({
    kind: 'later',
    missing: 'kind Policy on tokyo',
    waitsFor: 'earlier is there',
    changes: [
      {
        cluster: 'tokyo',
        action: 'create',
        object: 'Policy a',
        fields: [
          { path: 'metadata.labels.owner', to: 'b' },
          { path: 'spec.size', to: 3 },
          { path: 'spec.names', to: ['x', 'y'] },
          { path: 'spec.none', to: {} },
        ],
      },
    ],
  });
});

test('of an object that is there already it tells what it has not, with what stands there', async () => {
  const walk = testWalk();
  walk.clusters.tokyo.put({
    apiVersion: 'example.com/v1',
    kind: 'Policy',
    metadata: { name: 'a', labels: { owner: 'b' } },
    spec: { size: 2, names: ['x', 'y'] },
  });
  expect(await planned(policy(), walk)).toMatchObject({
    changes: [
      {
        action: 'change',
        fields: [
          { path: 'spec.size', from: 2, to: 3 },
          { path: 'spec.none', to: {} },
        ],
      },
    ],
  });
});

test('what keeps a step from telling blocks the plan as it would in its check', async () => {
  const problem = { code: 'PGD-050', what: told`no`, evidence: [], remedy: told`Do it.` } as const;
  expect(await planned(policy({ foresee: () => Promise.reject(new ProblemError(problem)) }))).toEqual({ kind: 'blocked', problems: [problem] });
});

test('a step that writes nothing foresees nothing', async () => {
  const { foresee: _, ...awaited } = policy();
  expect(await planned(awaited)).toEqual({ kind: 'later', missing: 'kind Policy on tokyo', waitsFor: 'earlier is there' });
});
