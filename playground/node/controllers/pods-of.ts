import { ApiError } from '../../../src/kube-api/api-error.ts';
import type { Manifest } from '../../../src/kube-api/objects.ts';
import { recordEvent } from '../../control/events.ts';
import type { Mutable, OperatorClient } from '../../control/kit.ts';
import { isReady, ownedBy, ownerReference, POD, type ControllerContext } from '../../control/objects.ts';

/** Pods whose controller is this object, newest state from the API. */
export const podsOf = async (client: OperatorClient, owner: Mutable): Promise<Mutable[]> =>
  (await client.list({ ...POD, namespace: owner.metadata.namespace ?? '', ...selectedBy(owner) })).filter(ownedBy(owner));

/** What the owner's selector selects, all where it has none: a namespace may hold hundreds of others. */
const selectedBy = ({ spec }: Mutable): { readonly labelSelector?: string } => {
  const labels = Object.entries((spec?.selector?.matchLabels ?? {}) as Record<string, string>);
  return labels.length === 0 ? {} : { labelSelector: labels.map(([key, value]) => `${key}=${value}`).join(',') };
};

/** A pod made of its owner's template. */
export const podFrom = (
  owner: Mutable,
  template: { readonly metadata?: any; readonly spec: any },
  pod: { readonly name: string; readonly labels?: Record<string, string>; readonly spec?: Record<string, unknown> },
): Manifest =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...pod.labels },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...template.spec, ...pod.spec },
  }) as Manifest;

/** Makes a pod for its owner. What the API refuses is told by an event of the owner, as Kubernetes' own controllers tell it, and thrown. */
export const createPod = async ({ client, now }: Pick<ControllerContext, 'client' | 'now'>, owner: Mutable, manifest: Manifest): Promise<void> => {
  try {
    await client.create(manifest);
  } catch (error) {
    if (error instanceof ApiError)
      await recordEvent(client, now(), {
        about: owner,
        type: 'Warning',
        reason: 'FailedCreate',
        message: failureText(owner, manifest, error.status.message),
        component: `${owner.kind.toLowerCase()}-controller`,
      }).catch(() => undefined);
    throw error;
  }
};

const failureText = ({ kind, metadata }: Mutable, pod: Manifest, message: string): string =>
  kind === 'StatefulSet' ? `create Pod ${pod.metadata.name} in StatefulSet ${metadata.name} failed error: ${message}` : `Error creating: ${message}`;

export const deletePods = async (client: OperatorClient, pods: readonly Mutable[]): Promise<void> => {
  await Promise.all(pods.map(({ metadata: { name, namespace = '' } }) => client.delete({ ...POD, namespace, name })));
};

/** What goes with its owner; the garbage collector takes what this could not. */
export const deletePodsOf = async (client: OperatorClient, owner: Mutable): Promise<void> => deletePods(client, await podsOf(client, owner));

/** The pods a controller gives up first: not ready before ready, then the newest. */
export const leastValuable = (a: Mutable, b: Mutable): number =>
  Number(isReady(a)) - Number(isReady(b)) || (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '');
