import type { Fleet } from '../domain/fleet.ts';
import type { Right } from '../domain/right.ts';
import { merging, reading, rightsTo } from './rights.ts';
import { FLEET_LEASE } from './preflight/fleet-claimed.ts';

/** What walks and their execution do on the clusters beside the steps. */
export const rightsBesideSteps = (fleet: Fleet): Right[] => [
  ...rightsTo('keep the claim on the fleet', fleet.hub, reading(FLEET_LEASE), merging(FLEET_LEASE)),
  // A kind that is not served comes with a new definition.
  ...fleet.clusters.flatMap(({ name }) =>
    rightsTo('wait for kinds that are not served yet', name, { verbs: 'list watch', on: 'customresourcedefinitions.apiextensions.k8s.io' }),
  ),
];
