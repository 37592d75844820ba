import { fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../errors.ts';
import type { ApiObject } from '../object.ts';
import type { ResourceType } from './resource-type.ts';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

interface NameRule {
  readonly pattern: string;
  readonly maxLength: number;
  readonly message: string;
}
const subdomain: NameRule = {
  pattern: SUBDOMAIN,
  maxLength: 253,
  message: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
};
/** Names that are one DNS label: namespaces, containers. */
export const LABEL_RULE: NameRule = {
  pattern: LABEL,
  maxLength: 63,
  message: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
};
const dns1035: NameRule = {
  pattern: DNS1035,
  maxLength: 63,
  message: `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${DNS1035}')`,
};

const ruleOf = ({ kind, custom }: ResourceType): NameRule => {
  if (custom) return subdomain;
  if (kind === 'Namespace') return LABEL_RULE;
  return kind === 'Service' ? dns1035 : subdomain;
};

const QUALIFIED_NAME = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const MAX_LABEL_LENGTH = 63;

/** All keys and values of one object's annotations, bytes (apimachinery, TotalAnnotationSizeLimitB). */
const MAX_ANNOTATION_BYTES = 256 * 1024;

/** Faults of an object's name. */
export const nameFaultsOf = ({ metadata }: ApiObject, type: ResourceType): FieldError[] => nameFaults(metadata.name, type);

/** Faults of labels and annotations, which are looked at with every write. */
export const metadataFaults = ({ metadata }: ApiObject): FieldError[] => [
  ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => labelFaults(key, value)),
  ...Object.keys(metadata.annotations ?? {}).flatMap((key) =>
    QUALIFIED_NAME.test(key.toLowerCase())
      ? []
      : [
          fieldInvalid(
            'metadata.annotations',
            key,
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          ),
        ],
  ),
  ...(Object.entries(metadata.annotations ?? {}).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0) >
  MAX_ANNOTATION_BYTES
    ? [fieldTooLong('metadata.annotations', MAX_ANNOTATION_BYTES)]
    : []),
];

const nameFaults = (name: string | undefined, type: ResourceType): FieldError[] => {
  if (name === undefined || name === '') return [fieldRequired('metadata.name', 'name or generateName is required')];
  if (type.group === 'rbac.authorization.k8s.io') return /[/%]/.test(name) ? [fieldInvalid('metadata.name', name, "may not contain '/'")] : [];
  const rule = ruleOf(type);
  return [
    ...(name.length > rule.maxLength ? [fieldInvalid('metadata.name', name, `must be no more than ${rule.maxLength} bytes`)] : []),
    ...(new RegExp(`^${rule.pattern}$`).test(name) ? [] : [fieldInvalid('metadata.name', name, rule.message)]),
  ];
};

const labelFaults = (key: string, value: unknown): FieldError[] => [
  ...(QUALIFIED_NAME.test(key)
    ? []
    : [
        fieldInvalid(
          'metadata.labels',
          key,
          "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
      ]),
  ...(typeof value === 'string' && value.length > MAX_LABEL_LENGTH
    ? [fieldInvalid('metadata.labels', value, `must be no more than ${MAX_LABEL_LENGTH} bytes`)]
    : []),
  ...(typeof value === 'string' && LABEL_VALUE.test(value)
    ? []
    : [
        fieldInvalid(
          'metadata.labels',
          value,
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        ),
      ]),
];
