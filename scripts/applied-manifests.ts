import { fileURLToPath } from 'node:url';
import { readConfigFile } from '../src/config/file.ts';
import { toDatabase, toFleet } from '../src/config/fleet.ts';
import { decodeBySchema } from '../playground/kubernetes-api/schema/decode.ts';
import type { Schema } from '../playground/kubernetes-api/schema/schema.ts';
import { validate } from '../playground/kubernetes-api/schema/validate.ts';
import type { DatabaseSettings } from '../src/domain/database.ts';
import type { Manifest } from '../src/kube-api/objects.ts';
import { clusterManifest } from '../src/steps/kubeslice/cluster-registered.ts';
import { projectManifest } from '../src/steps/kubeslice/project-ready.ts';
import { sliceManifest } from '../src/steps/kubeslice/slice-manifest.ts';
import { addOnManifest } from '../src/steps/kubeslice/worker-rendered.ts';
import { placementPolicyManifest } from '../src/steps/kubedb/placement-policy-manifest.ts';
import { postgresManifest } from '../src/steps/postgres/postgres-manifest.ts';

const EXAMPLE = fileURLToPath(new URL('../examples/pgdist.yaml', import.meta.url));

/** No example needs all of them. */
const EVERY_SETTING: DatabaseSettings = {
  resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
  parameters: { max_connections: '200' },
  tls: { issuer: { kind: 'ClusterIssuer', name: 'postgres' } },
  sslMode: 'verify-full',
  streamingMode: 'Synchronous',
};

/** Every custom resource that pgdist applies or merges for the example's fleet. */
export const appliedManifests = (): Manifest[] => {
  const [file] = readConfigFile(EXAMPLE);
  const fleet = toFleet(file);
  return [
    projectManifest(fleet),
    ...fleet.clusters.flatMap((cluster) => [clusterManifest(fleet, cluster, 'eth0', undefined), addOnManifest(fleet, cluster)]),
    ...file.databases
      .map(toDatabase)
      .flatMap((database) => [
        sliceManifest(fleet, database),
        placementPolicyManifest(fleet, database),
        postgresManifest(database),
        postgresManifest({ ...database, settings: EVERY_SETTING }),
      ]),
  ];
};

/** What a server with these schemas would refuse: undeclared fields, wrong types and values, missing required fields. */
export const manifestFaults = (manifest: Manifest, schemaOf: (manifest: Manifest) => Schema | undefined): string[] => {
  const name = `${manifest.kind} ${manifest.metadata.name}`;
  const schema = schemaOf(manifest);
  if (schema === undefined) return [`${name}: ${manifest.apiVersion} is not served by any of these CRDs`];
  const { apiVersion: _, kind: __, metadata: ___, ...fields } = manifest;
  const { unknown } = decodeBySchema(fields, schema);
  return [
    ...unknown.map((path) => `${name}: ${path} is not declared`),
    ...validate(fields, { ...schema, required: (schema.required ?? []).filter((field) => !['apiVersion', 'kind', 'metadata'].includes(field)) }).map(
      (fault) => `${name}: ${fault.field} ${fault.message}`,
    ),
  ];
};
