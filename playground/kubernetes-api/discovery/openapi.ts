import { createHash } from 'node:crypto';
import { isFields, type Fields } from '../object.ts';
import { modelNameOf } from '../schema/built-in.ts';
import type { Schema } from '../schema/schema.ts';
import type { ServedGroup, ServedResource } from './groups.ts';

/** /openapi/v3: where the document of each group and version is; its hash changes with the resources. */
export const openApiIndex = (groups: readonly ServedGroup[], generation: number) => ({
  paths: Object.fromEntries(
    groups.flatMap(({ name, versions }) =>
      [...versions.keys()].map((version) => {
        const path = name === '' ? `api/${version}` : `apis/${name}/${version}`;
        const hash = createHash('sha256').update(`${path} ${generation}`).digest('hex').slice(0, 32).toUpperCase();
        return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
      }),
    ),
  ),
});

const parameter = (name: string, type = 'string') => ({ name, in: 'query', schema: { type, uniqueItems: true } });
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => parameter(name));

/** The OpenAPI v3 document of one group and version: enough for kubectl and helm to find what a write supports and how lists are merged. */
export const openApiDocument = (group: string, version: string, resources: readonly ServedResource[]): Fields => {
  const schemas: Fields = {};
  const paths: Fields = {};
  for (const { type, version: info } of resources) {
    const gvk = { group, version, kind: type.kind };
    const name = componentName(info.schema) ?? `${group}.${version}.${type.kind}`;
    schemas[name] = { ...describe(info.schema, schemas, true), 'x-kubernetes-group-version-kind': [gvk] };
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const base = type.namespaced ? `${root}/namespaces/{namespace}/${type.plural}` : `${root}/${type.plural}`;
    const operation = (action: string, parameters: readonly unknown[] = []) => ({
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': gvk,
      parameters,
      responses: { 200: { description: 'OK', content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } } },
    });
    paths[base] = { get: operation('list'), post: operation('post', writeParameters), delete: operation('deletecollection', writeParameters) };
    paths[`${base}/{name}`] = {
      get: operation('get'),
      put: operation('put', writeParameters),
      patch: operation('patch', [...writeParameters, parameter('force', 'boolean')]),
      delete: operation('delete', [parameter('dryRun')]),
    };
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1' }, paths, components: { schemas } };
};

const componentName = (schema: Schema): string | undefined => {
  const model = modelNameOf(schema);
  return model === undefined ? undefined : `io.k8s.api.${model}`;
};

/** A schema with models replaced by references, which are described once, in `components`. */
const describe = (schema: Schema, components: Fields, isRoot = false): Fields => {
  const name = isRoot ? undefined : componentName(schema);
  if (name !== undefined) {
    if (components[name] === undefined) {
      components[name] = {};
      components[name] = describe(schema, components, true);
    }
    return { allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} };
  }
  const result: Fields = { ...schema };
  if (schema.properties !== undefined) result['properties'] = mapValues(schema.properties, (one) => describe(one, components));
  if (isFields(schema.additionalProperties)) result['additionalProperties'] = describe(schema.additionalProperties, components);
  if (schema.items !== undefined) result['items'] = describe(schema.items, components);
  return result;
};

const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
