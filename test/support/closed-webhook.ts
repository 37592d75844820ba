import type { Manifest } from '../../src/kube-api/objects.ts';

/** Name of the webhook, as refusals tell it. */
export const CLOSED_WEBHOOK = 'webhook.networkservicemesh.io';

/** A webhook before every new pod of the namespaces that nothing answers: no pod is made there while it is registered. */
export const closedWebhook = (...namespaces: readonly string[]): Manifest => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'nobody-answers' },
  webhooks: [
    {
      name: CLOSED_WEBHOOK,
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 2,
      // Port 1 of loopback: nothing listens there.
      clientConfig: { url: 'https://127.0.0.1:1/mutate' },
      namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }] },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
  ],
});
