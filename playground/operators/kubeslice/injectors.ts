import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { OperatorClient } from '../../control/kit.ts';
import { startAdmissionServer } from './admission-server.ts';
import { DEPLOYMENT, INJECTOR_DEPLOYMENT, INJECTOR_NAMESPACE, MUTATING_WEBHOOKS, OPERATOR_DEPLOYMENT, WORKER_NAMESPACE } from './kinds.ts';

/** The webhooks of one spoke that put the slice's sidecars into pods. */
export interface Injectors {
  /** As the worker's chart has them: nothing is created in the namespaces that they guard while their pods do not answer. */
  readonly manifests: readonly Manifest[];
  /** Follows the Deployments whose pods answer, until the signal ends. */
  follow(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const INJECTED = ['pods', 'deployments', 'statefulsets', 'daemonsets'];

/** Both say yes to everything: sidecars have nothing to do here. */
const WEBHOOKS = [
  {
    name: 'webhook.networkservicemesh.io',
    configuration: 'nsm-mutating-webhook-configuration',
    deployment: INJECTOR_DEPLOYMENT,
    resources: [...INJECTED, 'replicasets'],
    selects: { key: 'kubeslice.io/inject', operator: 'In', values: ['true'] },
    spared: ['kube-system', 'spire', 'kubeslice-controller', INJECTOR_NAMESPACE],
  },
  {
    name: 'webhook.kubeslice.io',
    configuration: 'kubeslice-mutating-webhook-configuration',
    deployment: OPERATOR_DEPLOYMENT,
    resources: INJECTED,
    selects: { key: 'kubeslice.io/slice', operator: 'Exists' },
    spared: ['kube-system', 'spire', WORKER_NAMESPACE, 'kubeslice-controller'],
  },
] as const;

export const startInjectors = async (spoke: OperatorClient, onError: (error: unknown) => void, address?: string): Promise<Injectors> => {
  const parts = await Promise.all(WEBHOOKS.map(async (webhook) => ({ webhook, server: await startAdmissionServer(async () => undefined, address) })));
  return {
    manifests: parts.map(({ webhook, server }) => configurationOf(webhook, { url: server.url('/mutate'), caPem: server.caPem })),
    async follow(signal) {
      await Promise.all(
        parts.map(({ webhook: { deployment }, server }) =>
          spoke.control(
            { ...DEPLOYMENT, namespace: deployment.namespace, fieldSelector: `metadata.name=${deployment.name}` },
            async ({ status }) => server.listen(Number(status?.readyReplicas ?? 0) > 0),
            { signal, onError, gone: async () => server.listen(false) },
          ),
        ),
      );
    },
    async close() {
      await Promise.all(parts.map(({ server }) => server.close()));
    },
  };
};

const configurationOf = (
  { name, configuration, resources, selects, spared }: (typeof WEBHOOKS)[number],
  { url, caPem }: { readonly url: string; readonly caPem: string },
): Manifest => ({
  ...MUTATING_WEBHOOKS,
  metadata: { name: configuration },
  webhooks: [
    {
      name,
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 10,
      clientConfig: { url, caBundle: Buffer.from(caPem).toString('base64') },
      namespaceSelector: { matchExpressions: [selects, { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...spared] }] },
      rules: [{ apiGroups: ['', 'apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: [...resources] }],
    },
  ],
});
