import type { Database } from '../../domain/database.ts';
import type { FieldChange } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import type { SliceConfig } from './objects.ts';
import { onboarded } from './slice-manifest.ts';

/** What an existing SliceConfig needs on top of what it has; nothing is ever dropped from it. */
interface SliceMerge {
  readonly changes: readonly FieldChange[];
  readonly patch: Readonly<Record<string, unknown>>;
  /** Immutable fields that differ, each a sentence. */
  readonly immovable: readonly string[];
}

export const mergeSlice = (existing: SliceConfig, fleet: Fleet, database: Database): SliceMerge => {
  const { slice } = fleet.kubeslice;
  const { spec } = existing;
  const immovable = [
    ...differs('sliceSubnet', spec.sliceSubnet, slice.subnet),
    ...differs('maxClusters', spec.maxClusters, slice.maxClusters),
    ...differs('sliceGatewayProvider.sliceGatewayType', spec.sliceGatewayProvider.sliceGatewayType, 'Wireguard'),
  ];
  const clusters = [...spec.clusters, ...fleet.clusters.map(({ name }) => name).filter((name) => !spec.clusters.includes(name))];
  // Clusters of others stay on the slice, and need their share of it.
  if (clusters.length > spec.clusters.length && clusters.length > (spec.maxClusters ?? slice.maxClusters))
    immovable.push(
      `spec.clusters would be ${clusters.length} clusters, ${spec.clusters.length} of which are there, and spec.maxClusters leaves room for ${spec.maxClusters ?? slice.maxClusters}`,
    );
  const entries = spec.namespaceIsolationProfile.applicationNamespaces;
  const widened = entries.map((entry) => {
    if (!onboarded(fleet, database).includes(entry.namespace) || entry.clusters.includes('*')) return entry;
    const missing = fleet.clusters.map(({ name }) => name).filter((name) => !entry.clusters.includes(name));
    return missing.length === 0 ? entry : { ...entry, clusters: [...entry.clusters, ...missing] };
  });
  const added = onboarded(fleet, database)
    .filter((namespace) => !entries.some((entry) => entry.namespace === namespace))
    .map((namespace) => ({ namespace, clusters: ['*'] }));
  const applicationNamespaces = [...widened, ...added];
  const bandwidth = { bandwidthCeilingKbps: slice.bandwidthCeilingKbps, bandwidthGuaranteedKbps: slice.bandwidthGuaranteedKbps };

  const changes: FieldChange[] = [];
  const specPatch: Record<string, unknown> = {};
  if (clusters.length > spec.clusters.length) {
    changes.push({ path: 'spec.clusters', from: spec.clusters, to: clusters });
    specPatch['clusters'] = clusters;
  }
  if (added.length > 0 || widened.some((entry, index) => entry !== entries[index])) {
    changes.push({ path: 'spec.namespaceIsolationProfile.applicationNamespaces', from: entries, to: applicationNamespaces });
    specPatch['namespaceIsolationProfile'] = { applicationNamespaces };
  }
  // A slice with a standard profile keeps it: the two exclude each other.
  const { qosProfileDetails: qos } = spec;
  if (
    qos !== undefined &&
    (qos.bandwidthCeilingKbps !== bandwidth.bandwidthCeilingKbps || qos.bandwidthGuaranteedKbps !== bandwidth.bandwidthGuaranteedKbps)
  ) {
    for (const [field, to] of Object.entries(bandwidth))
      if (qos[field] !== to) changes.push({ path: `spec.qosProfileDetails.${field}`, from: qos[field], to });
    specPatch['qosProfileDetails'] = bandwidth;
  }
  return { changes, patch: { spec: specPatch }, immovable };
};

const differs = (field: string, from: unknown, to: unknown): string[] =>
  from === to ? [] : [`spec.${field} is ${JSON.stringify(from) ?? 'not set'}, wanted is ${JSON.stringify(to)}`];
