import { fieldInvalid, type FieldError } from '../errors.ts';
import { isFields, timestamp, type ApiObject, type Fields } from '../object.ts';
import type { Strategy } from './strategy.ts';

/** Finalizer that holds a CustomResourceDefinition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

const condition = (type: string, reason: string, message: string): Fields => ({
  type,
  status: 'True',
  lastTransitionTime: timestamp(),
  reason,
  message,
});

const versionsOf = (object: ApiObject): Fields[] => (Array.isArray(object['spec']?.versions) ? (object['spec'].versions as Fields[]) : []);
const storageVersionOf = (object: ApiObject): string | undefined =>
  versionsOf(object).find((version) => version['storage'] === true)?.['name'] as string | undefined;

/** Accepts names and establishes the kind at once; the real server takes some milliseconds for it. */
const accept = (object: ApiObject, before: Fields | undefined): void => {
  const stored = new Set([...((before?.['storedVersions'] as string[] | undefined) ?? []), storageVersionOf(object) ?? '']);
  object['status'] = {
    conditions: before?.['conditions'] ?? [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: object['spec'].names as unknown,
    storedVersions: [...stored],
  };
};

export const customResourceDefinitionStrategy: Strategy = {
  create(object) {
    accept(object, undefined);
    object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), CLEANUP_FINALIZER])];
  },
  update(next, previous) {
    accept(next, previous['status'] as Fields);
    if (previous.metadata.deletionTimestamp === undefined)
      next.metadata.finalizers = [...new Set([...(next.metadata.finalizers ?? []), CLEANUP_FINALIZER])];
  },
  validate: (object) => [...nameFaults(object), ...storageFaults(object), ...schemaFaults(object)],
};

const nameFaults = (object: ApiObject): FieldError[] => {
  const spec = object['spec'] as Fields;
  const wanted = `${String(spec['names']?.plural)}.${String(spec['group'])}`;
  return object.metadata.name === wanted ? [] : [fieldInvalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group')];
};

const storageFaults = (object: ApiObject): FieldError[] =>
  versionsOf(object).filter((version) => version['storage'] === true).length === 1
    ? []
    : [
        fieldInvalid(
          'spec.versions',
          versionsOf(object).map((version) => version['name'] as string),
          'must have exactly one version marked as storage version',
        ),
      ];

const schemaFaults = (object: ApiObject): FieldError[] =>
  versionsOf(object).flatMap((version, index) =>
    isFields(version['schema']?.openAPIV3Schema)
      ? []
      : [{ field: `spec.versions[${index}].schema.openAPIV3Schema`, reason: 'FieldValueRequired', message: 'Required value: schemas are required' }],
  );
