import { fieldInvalid, fieldRequired, type FieldError } from '../errors.ts';
import { isFields, type ApiObject, type Fields } from '../object.ts';
import { LABEL_RULE } from './names.ts';

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Names and images of containers; `at` is the path of the pod's spec. */
export const containerFaults = (spec: unknown, at: string): FieldError[] => {
  if (!isFields(spec)) return [];
  return ['initContainers', 'containers'].flatMap((field) =>
    listOf(spec[field]).flatMap((container, index) => {
      const name = String(container['name'] ?? '');
      return [
        ...(name !== '' && !new RegExp(`^${LABEL_RULE.pattern}$`).test(name)
          ? [fieldInvalid(`${at}.${field}[${index}].name`, name, LABEL_RULE.message)]
          : []),
        ...(isMissing(container['image']) ? [fieldRequired(`${at}.${field}[${index}].image`)] : []),
      ];
    }),
  );
};

const MAX_PORT = 65_535;
const portFaults = (value: unknown, at: string): FieldError[] =>
  typeof value === 'number' && (value < 1 || value > MAX_PORT) ? [fieldInvalid(at, value, 'must be between 1 and 65535, inclusive')] : [];

/** A Service needs ports unless it is headless or a name for something outside. */
export const servicePortFaults = (object: ApiObject): FieldError[] => {
  const spec = object['spec'] as Fields;
  const ports = listOf(spec['ports']);
  const needsPorts = spec['type'] !== 'ExternalName' && spec['clusterIP'] !== 'None';
  return [
    ...(needsPorts && ports.length === 0 ? [fieldRequired('spec.ports')] : []),
    ...ports.flatMap(({ port, targetPort }, index) => [
      ...portFaults(port, `spec.ports[${index}].port`),
      ...portFaults(targetPort, `spec.ports[${index}].targetPort`),
    ]),
  ];
};

/** What a claim has to ask for. */
export const claimFaults = (object: ApiObject, previous: ApiObject | undefined): FieldError[] => {
  if (previous !== undefined) return [];
  const spec = (object['spec'] ?? {}) as Fields;
  return [
    ...(listLength(spec['accessModes']) === 0 ? [fieldRequired('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...(isMissing(spec['resources']?.requests?.storage) ? [fieldRequired('spec.resources[storage]')] : []),
  ];
};
const listLength = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** The keys that a Secret of type kubernetes.io/tls has to have, empty or not. */
export const tlsFaults = (object: ApiObject): FieldError[] =>
  object['type'] !== 'kubernetes.io/tls'
    ? []
    : ['tls.crt', 'tls.key'].filter((key) => object['data']?.[key] === undefined).map((key) => fieldRequired(`data[${key}]`));

/** A certificate signing request is one, in PEM, for a qualified signer, with usages. */
export const signingRequestFaults = (object: ApiObject, previous: ApiObject | undefined): FieldError[] => {
  if (previous !== undefined) return [];
  const { request, usages, signerName } = object['spec'] as Fields;
  const pem = Buffer.from(String(request), 'base64').toString();
  return [
    ...(pem.includes('-----BEGIN CERTIFICATE REQUEST-----')
      ? []
      : [fieldInvalid('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST')]),
    ...(listLength(usages) === 0 ? [fieldRequired('spec.usages')] : []),
    ...(/^[a-z0-9.-]+\.[a-z0-9-]+\/\S+$/.test(String(signerName))
      ? []
      : [fieldInvalid('spec.signerName', signerName, "must be a fully qualified domain and path of the form 'example.com/signer-name'")]),
  ];
};
