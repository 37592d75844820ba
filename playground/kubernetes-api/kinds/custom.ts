import { isFields, type ApiObject, type Fields } from '../object.ts';
import { builtInSchema } from '../schema/built-in.ts';
import type { Schema } from '../schema/schema.ts';
import { AGE, NAME } from '../tables/column.ts';
import { printerColumn, type PrinterColumn } from '../tables/printer-column.ts';
import type { ResourceType, ResourceVersionInfo } from './resource-type.ts';

/** The resource that a CustomResourceDefinition defines; undefined when it serves no version. */
export const customType = (definition: ApiObject): ResourceType | undefined => {
  const spec = definition['spec'] as Fields;
  const names = spec['names'] as Fields;
  const versions = (spec['versions'] as Fields[])
    .filter((version) => version['served'] === true)
    .sort((a, b) => byPriority(String(a['name']), String(b['name'])));
  if (versions.length === 0) return undefined;
  return {
    group: String(spec['group']),
    plural: String(names['plural']),
    singular: String(names['singular'] ?? String(names['kind']).toLowerCase()),
    kind: String(names['kind']),
    listKind: String(names['listKind'] ?? `${String(names['kind'])}List`),
    namespaced: spec['scope'] === 'Namespaced',
    shortNames: (names['shortNames'] as string[] | undefined) ?? [],
    categories: (names['categories'] as string[] | undefined) ?? [],
    versions: versions.map((version) => versionInfo(version, spec['preserveUnknownFields'] === true)),
    storageVersion: String((spec['versions'] as Fields[]).find((version) => version['storage'] === true)?.['name'] ?? versions[0]?.['name']),
    custom: true,
    virtual: false,
    connects: [],
  };
};

const versionInfo = (version: Fields, keepsAll: boolean): ResourceVersionInfo => {
  const declared = (version['schema']?.openAPIV3Schema ?? {}) as Schema;
  const scale: unknown = version['subresources']?.scale;
  const columns = (version['additionalPrinterColumns'] as PrinterColumn[] | undefined) ?? [];
  return {
    name: String(version['name']),
    schema: withObjectFields(declared, keepsAll),
    columns: [NAME, ...(columns.length === 0 ? [AGE] : columns.map(printerColumn))],
    status: isFields(version['subresources']?.status),
    scale: isFields(scale)
      ? {
          specReplicas: String(scale['specReplicasPath']),
          statusReplicas: String(scale['statusReplicasPath']),
          ...(typeof scale['labelSelectorPath'] === 'string' ? { selector: scale['labelSelectorPath'] } : {}),
        }
      : undefined,
    selectableFields: ((version['selectableFields'] as { jsonPath: string }[] | undefined) ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
    ...(version['deprecated'] === true ? { deprecation: String(version['deprecationWarning'] ?? `${String(version['name'])} is deprecated`) } : {}),
  };
};

/** The declared schema plus the fields that each object has; metadata has its own rules whatever the definition says. */
const withObjectFields = (declared: Schema, keepsAll: boolean): Schema => ({
  ...declared,
  type: 'object',
  properties: { ...declared.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: builtInSchema('V1ObjectMeta') },
  ...(keepsAll ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
});

/** Kubernetes' order of version names: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name. */
const byPriority = (a: string, b: string): number => {
  const rank = (name: string): readonly [number, number, number] => {
    const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name) ?? [];
    if (major === undefined) return [0, 0, 0];
    return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor ?? 0)];
  };
  const [x, y] = [rank(a), rank(b)];
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || (a < b ? -1 : 1);
};
