import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { OperatorClient } from '../../control/kit.ts';

const FOLDER = new URL('../../crds/ocm/', import.meta.url);

export const HUB_CRDS = [
  'managedclusters',
  'managedclustersets',
  'managedclustersetbindings',
  'placements',
  'placementdecisions',
  'managedclusteraddons',
  'clustermanagementaddons',
  'manifestworks',
  'manifestworkreplicasets',
] as const;
export const SPOKE_CRDS = ['appliedmanifestworks', 'clusterclaims'] as const;

type OcmCrd = (typeof HUB_CRDS)[number] | (typeof SPOKE_CRDS)[number] | 'clustermanagers' | 'klusterlets';

export const readCrd = async (plural: OcmCrd): Promise<Manifest> => parse(await readFile(new URL(`${plural}.yaml`, FOLDER), 'utf8')) as Manifest;

/** Creates the CRDs that the cluster does not have; one that is there, perhaps with more fields, stays as it is. */
export const createCrds = async (client: OperatorClient, plurals: readonly OcmCrd[]): Promise<void> => {
  for (const plural of plurals) await client.create(await readCrd(plural));
};
