import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { appliedManifests, manifestFaults } from '../../scripts/applied-manifests.ts';
import type { Schema } from '../../playground/kubernetes-api/schema/schema.ts';
import type { Manifest } from '../../src/kube-api/objects.ts';

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

const folder = new URL('../../playground/crds/', import.meta.url);
const crds = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parse(readFileSync(new URL(file, folder), 'utf8')) as Crd);
const schemaOf = ({ apiVersion, kind }: Manifest): Schema | undefined =>
  crds.flatMap(({ spec }) => (spec.names.kind === kind ? spec.versions.filter(({ name }) => `${spec.group}/${name}` === apiVersion) : []))[0]?.schema
    .openAPIV3Schema;

test('every custom resource that pgdist applies is taken by the CRDs', () => {
  const manifests = appliedManifests();
  expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
    'Cluster',
    'Cluster',
    'ManagedClusterAddOn',
    'ManagedClusterAddOn',
    'PlacementPolicy',
    'Postgres',
    'Postgres',
    'Project',
    'SliceConfig',
  ]);
  expect(manifests.flatMap((manifest) => manifestFaults(manifest, schemaOf))).toEqual([]);
});

test('an undeclared field, a wrong type and a missing field are each named', () => {
  const postgres = appliedManifests().find(({ kind }) => kind === 'Postgres')! as Manifest & { spec: Record<string, unknown> };
  const { version: _, ...spec } = postgres.spec;
  const faults = manifestFaults({ ...postgres, spec: { ...spec, replicas: 'three', replica: 3 } }, schemaOf);
  expect(faults).toEqual([
    'Postgres postgres: spec.replica is not declared',
    'Postgres postgres: spec.version Required value',
    expect.stringMatching(/spec\.replicas .*must be of type integer/),
  ]);
});

test('a kind that no CRD serves is a fault', () => {
  const [first] = appliedManifests();
  expect(manifestFaults({ ...first!, apiVersion: 'controller.kubeslice.io/v9' }, schemaOf)).toEqual([expect.stringContaining('is not served')]);
});
