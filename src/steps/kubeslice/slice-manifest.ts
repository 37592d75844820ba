import type { Database } from '../../domain/database.ts';
import type { Fleet } from '../../domain/fleet.ts';
import type { Manifest } from '../../kube-api/objects.ts';
import { sliceConfigRef } from './objects.ts';

/** Between two rotations of the tunnel's keys, days; the guide's. */
const ROTATION_DAYS = 60;

/** The guide's SliceConfig with the fleet's names; bandwidth is the fleet's, since the guide's 5 Mbit/s is no speed for a base backup. */
export const sliceManifest = (fleet: Fleet, database: Database): Manifest => {
  const { slice } = fleet.kubeslice;
  const { apiVersion, kind, ...metadata } = sliceConfigRef(fleet);
  return {
    apiVersion,
    kind,
    metadata,
    spec: {
      sliceSubnet: slice.subnet,
      maxClusters: slice.maxClusters,
      sliceType: 'Application',
      sliceGatewayProvider: { sliceGatewayType: 'Wireguard', sliceCaType: 'Local' },
      sliceIpamType: 'Local',
      rotationInterval: ROTATION_DAYS,
      vpnConfig: { cipher: 'AES-128-CBC' },
      clusters: fleet.clusters.map(({ name }) => name),
      // Every field of the six is given: KubeSlice's webhook makes 0 or "" of a missing one.
      qosProfileDetails: {
        queueType: 'HTB',
        priority: 1,
        tcType: 'BANDWIDTH_CONTROL',
        bandwidthCeilingKbps: slice.bandwidthCeilingKbps,
        bandwidthGuaranteedKbps: slice.bandwidthGuaranteedKbps,
        dscpClass: 'AF11',
      },
      namespaceIsolationProfile: {
        applicationNamespaces: onboarded(fleet, database).map((namespace) => ({ namespace, clusters: ['*'] })),
        isolationEnabled: false,
        allowedNamespaces: [{ namespace: 'kube-system', clusters: ['*'] }],
      },
    },
  };
};

/** Namespaces whose pods are on the slice: the database's and its operator's. */
export const onboarded = (fleet: Fleet, database: Database): string[] => [...new Set([database.namespace, fleet.kubedb.namespace])];
