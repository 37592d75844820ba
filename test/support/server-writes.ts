import { isDeepStrictEqual } from 'node:util';
import type { KubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { FIELD_MANAGER } from '../../src/domain/field-manager.ts';
import type { KubeObject } from '../../src/kube-api/objects.ts';

/** A field that has another value since a write of pgdist, as the API server has it. */
export interface WrittenField {
  readonly cluster: string;
  /** 'ConfigMap kube-system/coredns' */
  readonly object: string;
  /** As plans have it; of a list that is merged by its keys, the path of the list. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** What API servers saw of pgdist itself, of its tools nothing. */
export interface ServerWrites {
  readonly fields: readonly WrittenField[];
  /** Writes but dry runs and questions: 'tokyo DELETE jobs/one'; a creation has no name. */
  readonly requests: readonly string[];
  /** Commands in pods. */
  readonly commands: readonly (readonly string[])[];
}

/** Begins to listen. Whatever stands between a step and a server, this is what arrived. */
export const serverWrites = (apis: Iterable<KubernetesApi>): ServerWrites => {
  const seen = { fields: [] as WrittenField[], requests: [] as string[], commands: [] as (readonly string[])[] };
  for (const api of apis) {
    const before = new Map<string, KubeObject>();
    let listening = false;
    api.observe({
      request({ method, url, userAgent }) {
        if (userAgent !== FIELD_MANAGER) return;
        const { pathname, searchParams } = new URL(url, api.url);
        if (pathname.endsWith('/exec')) seen.commands.push(searchParams.getAll('command'));
        const isQuestion = /\/(selfsubject\w+|tokenreviews|token|exec|portforward)$/.test(pathname);
        if (method === 'GET' || isQuestion || searchParams.get('dryRun') === 'All') return;
        seen.requests.push(`${api.name} ${method} ${placeOf(pathname)}`);
      },
      change({ group, plural, type, object }) {
        const key = `${group}/${plural}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
        const former = before.get(key);
        if (type === 'DELETED') before.delete(key);
        else before.set(key, object as KubeObject);
        if (!listening || type === 'DELETED') return;
        for (const path of ownedBy(object as KubeObject)) {
          const [from, to] = [valueAt(former, path), valueAt(object, path)];
          if (former !== undefined && isDeepStrictEqual(from, to)) continue;
          seen.fields.push({ cluster: api.name, object: nameOf(object as KubeObject), path: path.join('.'), from, to });
        }
      },
    });
    listening = true;
  }
  return seen;
};

/** As plans name it: a request by who asks, as its name is the agent's choice. */
const nameOf = ({ kind, metadata: { namespace, name, labels } }: KubeObject): string =>
  kind === 'CertificateSigningRequest'
    ? `${kind} of ${labels?.['open-cluster-management.io/cluster-name'] ?? ''}`
    : `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** 'jobs/one' of /apis/batch/v1/namespaces/demo/jobs/one. */
const placeOf = (path: string): string => {
  const parts = path.replace(/^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\//, '').split('/');
  return (parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts).join('/');
};

type FieldsV1 = Readonly<Record<string, unknown>>;

/** Leaves that pgdist has written last, by any kind of write, of any subresource. */
const ownedBy = ({ metadata }: KubeObject): string[][] =>
  (metadata.managedFields ?? []).filter(({ manager }) => manager === FIELD_MANAGER).flatMap(({ fieldsV1 }) => leavesOf(fieldsV1 as FieldsV1));

const leavesOf = (set: FieldsV1, at: readonly string[] = []): string[][] => {
  const keys = Object.keys(set).filter((key) => key !== '.');
  const isList = keys.some((key) => !key.startsWith('f:'));
  if (keys.length === 0 || isList) return [[...at]];
  return keys.flatMap((key) => leavesOf(set[key] as FieldsV1, [...at, key.slice(2)]));
};

const valueAt = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), object);
