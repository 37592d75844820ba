import { startAdmissionServer, type AdmissionServer } from '../operators/kubedb/admission-server.ts';
import { operatorClient, type Connection } from '../control/kit.ts';
import { OWNED } from './owned.ts';
import { roleOf, withStandIns, type StandInImages } from './container-stand-ins.ts';

const MUTATING = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' } as const;
const NAME = 'pods.playground.pgdist';
const POD = { apiVersion: 'v1', kind: 'Pod' } as const;

interface PodWebhookOptions {
  readonly connections: readonly Connection[];
  /** The only namespaces that it looks at. */
  readonly namespaces: readonly string[];
  readonly images: StandInImages;
  /** Of this machine, as the API servers reach it. */
  readonly address: string;
}

/**
 * A webhook of every cluster that puts images which only stay up in the place of the operators' own, in the operators' namespaces, and real
 * PostgreSQL in database pods. Nothing is admitted there while this process is away. `close` takes it off the clusters.
 */
export const startPodWebhook = async ({ connections, namespaces, images, address }: PodWebhookOptions): Promise<{ close(): Promise<void> }> => {
  await using started = new AsyncDisposableStack();
  const server: AdmissionServer = await startAdmissionServer(
    async (_path, { object }) => {
      if (object == null) return { allowed: true };
      // A new pod has no namespace of its own yet.
      return { allowed: true, spec: withStandIns(object, images), labels: labelsOf(object) };
    },
    () => true,
    address,
  );
  started.defer(() => server.close());
  for (const connection of connections) {
    const client = operatorClient(connection, 'pgdist-playground');
    started.defer(() => client.close());
    await client.apply({
      ...MUTATING,
      metadata: { name: NAME, labels: OWNED },
      webhooks: [
        {
          name: NAME,
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          clientConfig: { url: server.url('/pods'), caBundle: server.caBundle },
          namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }] },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] }],
        },
      ],
    });
    started.defer(() => client.delete({ ...MUTATING, name: NAME }));
  }
  const kept = started.move();
  return { close: () => kept.disposeAsync() };
};

const labelsOf = (pod: Parameters<typeof roleOf>[0]): Record<string, string> | undefined => {
  const role = roleOf({ ...POD, ...pod });
  return role === undefined ? undefined : { ...pod.metadata.labels, 'kubedb.com/role': role };
};
