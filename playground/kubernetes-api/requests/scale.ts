import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, notFound } from '../errors.ts';
import { parseFields, mediaTypeOf } from '../http/body.ts';
import { isFields, type ApiObject, type Fields } from '../object.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { updateObject } from './update.ts';

/** GET, PUT and PATCH of the scale subresource: the replicas of an object in the form of autoscaling/v1. */
export const handleScale = async (cluster: Cluster, call: Call): Promise<Fields> => {
  const { type, version, namespace, name = '' } = call;
  const paths = version.scale;
  const current = cluster.store.get(type, namespace, name);
  if (current === undefined || paths === undefined) throw notFound(type, name);
  if (call.method === 'GET') return scaleOf(current, paths);
  const body: unknown =
    mediaTypeOf(call.contentType) === 'application/json-patch+json' ? JSON.parse(call.body.toString()) : parseFields(call.body, false);
  const updated = await updateObject(cluster, call, (object) => {
    const scale = scaleOf(object, paths);
    const next = call.method === 'PUT' ? body : Array.isArray(body) ? jsonPatch(scale, body) : mergePatch(scale, body);
    const replicas: unknown = isFields(next) ? next['spec']?.replicas : undefined;
    if (typeof replicas !== 'number') throw badRequest('spec.replicas must be a number');
    const stated: unknown = isFields(next) ? next['metadata']?.resourceVersion : undefined;
    const result = withReplicas(object, paths.specReplicas, replicas);
    return typeof stated === 'string' ? { ...result, metadata: { ...result.metadata, resourceVersion: stated } } : result;
  });
  return scaleOf(updated, paths);
};

type ScalePaths = NonNullable<Call['version']['scale']>;

const at = (object: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, field) => (isFields(value) ? value[field] : undefined), object);

const scaleOf = (object: ApiObject, { specReplicas, statusReplicas, selector }: ScalePaths): Fields => {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const chosen = selector === undefined ? undefined : at(object, selector);
  const labels = isFields(chosen)
    ? Object.entries((chosen['matchLabels'] ?? {}) as Record<string, string>).map(([key, value]) => `${key}=${value}`)
    : [];
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, specReplicas) ?? 0 },
    status: { replicas: at(object, statusReplicas) ?? 0, selector: typeof chosen === 'string' ? chosen : labels.join(',') },
  };
};

const withReplicas = (object: ApiObject, path: string, replicas: number): ApiObject => {
  const patch = path
    .split('.')
    .slice(1)
    .reduceRight<unknown>((inner, field) => ({ [field]: inner }), replicas);
  return structuredClone(mergePatch(object, patch)) as ApiObject;
};
