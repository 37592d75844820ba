import { expect, test } from 'vitest';
import type { ApiRequest, RequestFault } from '../../playground/kubernetes-api/contract.ts';
import { ranked } from '../../src/domain/diagnosis.ts';
import { CONSEQUENCES, UNHEARD, UNKNOWNS } from '../../src/domain/explanations.ts';
import { eventually } from '../support/eventually.ts';
import { fleetToBreak } from '../support/fault-table.ts';
import { toldDiagnosis } from '../support/told-diagnosis.ts';

const fleet = fleetToBreak();

/** Problems that say who was not heard, and nothing of what is there. PGD-003: whether two kubeconfigs lead to one cluster. */
const SILENT: readonly string[] = [...UNHEARD, ...UNKNOWNS, ...CONSEQUENCES, 'PGD-003'];

const FAULTS: Readonly<Record<string, RequestFault>> = {
  '500 to all that is read of it': { kind: 'refused', code: 500 },
  '403 to all that is read of it': { kind: 'refused', code: 403 },
  'a page of a proxy (200) in the place of all that is read of it': { kind: 'page', code: 200 },
  'a page of a proxy (404) in the place of all that is read of it': { kind: 'page', code: 404 },
};

/** What the steps read, by resource. */
const READ = [
  'pods',
  'deployments',
  'nodes',
  'namespaces',
  'configmaps',
  'secrets',
  'services',
  'events',
  'jobs',
  'leases',
  'storageclasses',
  'customresourcedefinitions',
  'managedclusters',
  'klusterlets',
  'clustermanagers',
  'manifestworks',
  'manifestworkreplicasets',
  'certificatesigningrequests',
  'clusters',
  'sliceconfigs',
  'slices',
  'slicegateways',
  'vpnkeyrotations',
  'placementpolicies',
  'postgreses',
  'petsets',
] as const;

/** The kind's list, and one object of it, as pgdist asks for it: what the operators themselves are refused does break the fleet. */
const isOf =
  (resource: string) =>
  ({ method, url, userAgent }: ApiRequest): boolean =>
    userAgent === 'pgdist' && method === 'GET' && new RegExp(`^/apis?/([^?]*/)?${resource}(/[^/?]*)?([?]|$)`).test(url);

test.each(
  ['hub', 'spoke'].flatMap((of) => Object.keys(FAULTS).flatMap((fault) => READ.map((resource) => ({ of: of as 'hub' | 'spoke', fault, resource })))),
)('$of: $fault of $resource is no word about what is there', async ({ of, fault, resource }) => {
  const { world, simulated, look } = fleet.now();
  const end = simulated.apis.get(world[of])!.faults.order(FAULTS[fault]!, isOf(resource));
  try {
    const found = await look();
    expect(
      ranked(found).filter(({ problem }) => !SILENT.includes(problem.code)),
      toldDiagnosis(found),
    ).toEqual([]);
  } finally {
    end();
  }
});

test('what was not heard is heard again', async () => {
  await eventually(fleet.nothingFound);
  expect(await fleet.now().look()).toMatchObject({ danger: [], also: [], undecided: [], unasked: 0 });
});
