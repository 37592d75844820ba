import type { KubeObject, ObjectRef } from '../../../../src/kube-api/objects.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
});

export const addFinalizer = async (client: OperatorClient, object: Mutable, finalizer: string): Promise<void> => {
  const finalizers = object.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) await client.merge(refOf(object), { metadata: { finalizers: [...finalizers, finalizer] } });
};

export const removeFinalizer = async (client: OperatorClient, object: Mutable, finalizer: string): Promise<void> => {
  const now = await client.get(refOf(object));
  const finalizers = now?.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return;
  await client.merge(refOf(object), { metadata: { finalizers: finalizers.filter((other) => other !== finalizer) } });
};
