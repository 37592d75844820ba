import type { Attributes } from './auth/request-attributes.ts';
import type { ResourceType } from './kinds/resource-type.ts';

interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}
interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A refusal in the form of metav1.Status. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

export const statusOf = (error: StatusError) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: error.message,
  ...(error.reason === '' ? {} : { reason: error.reason }),
  ...(error.details === undefined ? {} : { details: error.details }),
  code: error.code,
});

type Named = Pick<ResourceType, 'group' | 'plural'>;
const resourceName = ({ group, plural }: Named): string => (group === '' ? plural : `${plural}.${group}`);
const details = ({ group, plural }: Named, name: string): StatusDetails => ({ name, ...(group === '' ? {} : { group }), kind: plural });

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized');

export const notFound = (type: Named, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${resourceName(type)} "${name}" not found`, details(type, name));

/** A refusal that the real server sends as plain text, without a Status. */
export class PlainTextError extends Error {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super(text);
    this.code = code;
    this.headers = headers;
  }
}

/** No such path: the group, version, resource or subresource is not served. */
export const noSuchResource = (): PlainTextError => new PlainTextError(404, '404 page not found');

/** Too many requests in flight. */
export const throttled = (retryAfterSeconds = 1): PlainTextError =>
  new PlainTextError(429, 'Too many requests, please try again later.', { 'retry-after': String(retryAfterSeconds) });

export const alreadyExists = (type: Named, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${resourceName(type)} "${name}" already exists`, details(type, name));

export const conflict = (type: Named, name: string, why: string): StatusError =>
  new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${resourceName(type)} "${name}": ${why}`, details(type, name));

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export const forbidden = (type: Named, name: string, why: string, causes?: readonly StatusCause[]): StatusError =>
  new StatusError(403, 'Forbidden', `${resourceName(type)} "${name}" is forbidden: ${why}`, {
    ...details(type, name),
    ...(causes === undefined ? {} : { causes }),
  });

/** What somebody may not do: 'pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope'. */
export const forbiddenTo = (username: string, asked: Attributes, reason: string): StatusError => {
  const who = `User ${JSON.stringify(username)} cannot ${asked.verb}`;
  const why = reason === '' ? '' : `: ${reason}`;
  if ('path' in asked) return new StatusError(403, 'Forbidden', `forbidden: ${who} path ${JSON.stringify(asked.path)}${why}`, {});
  const { group, resource, subresource, namespace, name } = asked;
  const what = JSON.stringify(subresource === undefined ? resource : `${resource}/${subresource}`);
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const named = `${resourceName({ group, plural: resource })}${name === undefined ? '' : ` ${JSON.stringify(name)}`}`;
  return new StatusError(403, 'Forbidden', `${named} is forbidden: ${who} resource ${what} in API group ${JSON.stringify(group)} ${where}${why}`, {
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  });
};

export const methodNotAllowed = (method: string): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', { causes: [{ message: method }] });

export const unsupportedMediaType = (accepted: readonly string[]): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** A plain Go error inside the real server: code 500 and no reason. */
export const plainError = (message: string): StatusError => new StatusError(500, '', message);

export const internalError = (message: string): StatusError =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

/** A refusal for no fault of the request's, by its code. */
export const refusedWith = (code: 401 | 403 | 429 | 500 | 503 | 504, retryAfterSeconds?: number): StatusError | PlainTextError => {
  if (code === 401) return unauthorized();
  if (code === 403) return new StatusError(403, 'Forbidden', 'forbidden: User "somebody" cannot do that: a policy of the platform denies it');
  if (code === 429) return throttled(retryAfterSeconds);
  if (code === 500) return plainError('etcdserver: leader changed');
  if (code === 503) return new StatusError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
  return new StatusError(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout');
};

/** What a proxy before the API server says in its place. */
export const proxyPage = (code: number): PlainTextError =>
  new PlainTextError(code, '<!doctype html><html><head><title>Sign in</title></head><body>Please sign in to go on.</body></html>', {
    'content-type': 'text/html; charset=utf-8',
  });

export const gone = (message: string): StatusError => new StatusError(410, 'Expired', message);

/** One fault of a field, in the words of k8s.io/apimachinery/pkg/util/validation/field. */
export interface FieldError {
  readonly field: string;
  readonly reason: string;
  /** Without the field: 'Required value', 'Invalid value: "x": must be …'. */
  readonly message: string;
}

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : value === undefined ? 'null' : JSON.stringify(value));
const withDetail = (head: string, detail: string): string => (detail === '' ? head : `${head}: ${detail}`);

export const fieldRequired = (field: string, detail = ''): FieldError => ({
  field,
  reason: 'FieldValueRequired',
  message: withDetail('Required value', detail),
});
export const fieldInvalid = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  reason: 'FieldValueInvalid',
  message: withDetail(`Invalid value: ${shown(value)}`, detail),
});
/** A value of the wrong type is named by its type, quoted as the real server does. */
export const fieldTypeInvalid = (field: string, actual: string, detail: string): FieldError => ({
  field,
  reason: 'FieldValueTypeInvalid',
  message: withDetail(`Invalid value: ${JSON.stringify(actual)}`, detail),
});
export const fieldNotSupported = (field: string, value: unknown, supported: readonly unknown[]): FieldError => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map((one) => JSON.stringify(String(one))).join(', ')}`,
});
export const fieldDuplicate = (field: string, value: unknown): FieldError => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${shown(value)}`,
});
export const fieldForbidden = (field: string, detail: string): FieldError => ({
  field,
  reason: 'FieldValueForbidden',
  message: withDetail('Forbidden', detail),
});
export const fieldTooLong = (field: string, max: number): FieldError => ({
  field,
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${max} bytes`,
});
export const fieldTooMany = (field: string, actual: number, max: number): FieldError => ({
  field,
  reason: 'FieldValueTooMany',
  message: `Too many: ${actual}: must have at most ${max} items`,
});

/** 422 with one cause per field. */
export const invalid = (
  { group, kind }: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError => {
  const lines = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new StatusError(422, 'Invalid', `${qualified} "${name}" is invalid: ${lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes: errors.map(({ field, reason, message }) => ({ reason, message, field })),
  });
};
