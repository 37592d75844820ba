import { invalid, type FieldError } from '../errors.ts';
import { metadataFaults, nameFaultsOf } from '../kinds/names.ts';
import type { ResourceType, ResourceVersionInfo } from '../kinds/resource-type.ts';
import { strategyOf } from '../kinds/strategies.ts';
import type { ApiObject } from '../object.ts';
import { validate } from '../schema/validate.ts';

/** Validates an object before it is written. Throws 422 with all faults. */
export const checkObject = (object: ApiObject, previous: ApiObject | undefined, type: ResourceType, version: ResourceVersionInfo): void => {
  const errors: FieldError[] = [
    ...(previous === undefined ? nameFaultsOf(object, type) : []),
    ...metadataFaults(object),
    ...validate(object, version.schema),
  ];
  if (errors.length === 0 && !type.custom) errors.push(...(strategyOf(type.kind)?.validate?.(object, previous) ?? []));
  if (previous?.metadata.deletionTimestamp !== undefined) errors.push(...newFinalizers(object, previous));
  if (errors.length > 0) throw invalid(type, object.metadata.name, errors);
};

const newFinalizers = (object: ApiObject, previous: ApiObject): FieldError[] => {
  const added = (object.metadata.finalizers ?? []).filter((one) => previous.metadata.finalizers?.includes(one) !== true);
  if (added.length === 0) return [];
  const list = `[]string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
  return [
    {
      field: 'metadata.finalizers',
      reason: 'FieldValueForbidden',
      message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
    },
  ];
};
