import type { Manifest } from '../../../src/kube-api/objects.ts';

export interface FeatureGate {
  readonly feature: string;
  readonly mode?: 'Enable' | 'Disable';
}

interface ComponentOptions {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly replicas: number;
  readonly serviceAccount: string;
}

/** Deployment of one part of OCM, labelled as its operators do (clusteradm waits for `app`). */
export const componentDeployment = ({ namespace, name, image, args, replicas, serviceAccount }: ComponentOptions): Manifest => {
  const app = name.replace(/^cluster-manager-/, 'clustermanager-');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { app } },
    spec: {
      replicas,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: {
          serviceAccountName: serviceAccount,
          containers: [{ name: app.replace(/^clustermanager-/, ''), image, args, resources: { requests: { cpu: '2m', memory: '16Mi' } } }],
        },
      },
    },
  };
};

/** The gates that differ from their defaults, as the flag of a component; unknown ones are dropped. */
export const gateFlags = (gates: readonly FeatureGate[] | undefined, known: Readonly<Record<string, boolean>>): readonly string[] => {
  const values = (gates ?? [])
    .filter(({ feature }) => Object.hasOwn(known, feature))
    .map(({ feature, mode }) => ({ feature, on: mode === 'Enable' }))
    .filter(({ feature, on }) => known[feature] !== on)
    .map(({ feature, on }) => `${feature}=${on}`);
  return values.map((value) => `--feature-gates=${value}`);
};

/** Condition ValidFeatureGates of ClusterManager and Klusterlet. */
export const gatesCondition = (lists: readonly (readonly [readonly FeatureGate[] | undefined, Readonly<Record<string, boolean>>])[]) => {
  const invalid = lists.flatMap(([gates, known]) => (gates ?? []).map(({ feature }) => feature).filter((feature) => !Object.hasOwn(known, feature)));
  return invalid.length === 0
    ? ({ type: 'ValidFeatureGates', status: 'True', reason: 'FeatureGatesAllValid', message: 'Feature gates are all valid' } as const)
    : ({
        type: 'ValidFeatureGates',
        status: 'False',
        reason: 'InvalidFeatureGatesExisting',
        message: `There are some invalid feature gates: ${invalid.join(', ')}, will process them as default values`,
      } as const);
};

/** Gates and defaults of OCM v1.3.1. */
export const HUB_WORK_GATES = {
  ManifestWorkReplicaSet: false,
  NilExecutorValidating: false,
  CloudEventsDrivers: false,
  CleanUpCompletedManifestWork: false,
};
export const HUB_REGISTRATION_GATES = {
  DefaultClusterSet: true,
  ResourceCleanup: true,
  ManagedClusterAutoApproval: false,
  V1beta1CSRAPICompatibility: false,
  ClusterProfile: false,
  ClusterImporter: false,
};
export const HUB_ADDON_GATES = { AddonManagement: true };
export const SPOKE_WORK_GATES = { ExecutorValidatingCaches: false, RawFeedbackJsonString: false };
export const SPOKE_REGISTRATION_GATES = {
  ClusterClaim: true,
  ClusterProperty: false,
  AddonManagement: true,
  V1beta1CSRAPICompatibility: false,
  MultipleHubs: false,
};
