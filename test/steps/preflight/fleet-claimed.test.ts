import { expect, test } from 'vitest';
import { sequence } from '../../../src/domain/procedure.ts';
import { applyWalk } from '../../../src/walk/walk-apply.ts';
import { planWalk } from '../../../src/walk/walk-plan.ts';
import { fleetClaimed } from '../../../src/steps/preflight/fleet-claimed.ts';
import { testFleet } from '../../support/fleet.ts';
import { testWalk } from '../../support/walk.ts';

const step = sequence(fleetClaimed(testFleet));
const heldBy = (holderIdentity: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'pgdist', namespace: 'pgdist' },
  spec: { holderIdentity, renewTime: '2026-11-22T13:00:00.000000Z' },
});

test('a free fleet is claimed by creating namespace and Lease, and is in place afterwards', async () => {
  const { tools, clusters, progress } = testWalk();
  const before = await planWalk(step, tools);
  expect(before[0]?.finding).toMatchObject({
    kind: 'change',
    changes: [{ object: 'Namespace pgdist' }, { object: 'Lease pgdist/pgdist', action: 'create' }],
  });
  expect(clusters.tokyo.calls.every((call) => call.startsWith('list'))).toBe(true);
  expect(await applyWalk(step, tools, progress)).toEqual({ healthy: true });
  expect((await planWalk(step, tools))[0]?.finding.kind).toBe('in-place');
});

test('a fleet that another installation holds blocks the plan, and is not taken over by apply either', async () => {
  const { tools, clusters, progress } = testWalk();
  clusters.tokyo.put(heldBy('pgdist-other'));
  const [planned] = await planWalk(step, tools);
  expect(planned?.finding).toMatchObject({
    kind: 'blocked',
    problems: [{ code: 'PGD-081', what: 'Another pgdist (pgdist-other) holds fleet demo' }],
  });
  expect(await applyWalk(step, tools, progress)).toMatchObject({ healthy: false, failure: { problems: [{ code: 'PGD-081' }] } });
  expect(await clusters.tokyo.read({ ...heldBy(''), name: 'pgdist', namespace: 'pgdist' })).toMatchObject({
    spec: { holderIdentity: 'pgdist-other' },
  });
});
