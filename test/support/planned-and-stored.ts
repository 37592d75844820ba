import { isDeepStrictEqual } from 'node:util';
import { type Change, changesOf, type FieldChange } from '../../src/domain/finding.ts';
import { isTree } from '../../src/domain/leaves.ts';
import type { PlannedStep } from '../../src/domain/plan.ts';
import { agrees } from './planned-and-written.ts';
import type { Write } from './recording-writes.ts';
import type { ServerWrites, WrittenField } from './server-writes.ts';

/**
 * Where what API servers have of pgdist is not what the plan showed, one sentence each. Not what was sent counts here but what is stored, by whatever way it
 * came: each field that pgdist owns and that has another value, each request, each command in a pod.
 */
export const differencesOnServers = (
  plan: readonly PlannedStep[],
  { fields, requests, commands }: ServerWrites,
  writes: readonly Write[],
): string[] => {
  const told = Map.groupBy(
    plan.flatMap(({ finding }) => changesOf(finding)),
    ({ object, cluster }) => `${object} on ${cluster}`,
  );
  return [
    ...fields.flatMap((field) => untold(field, told.get(`${field.object} on ${field.cluster}`) ?? [])),
    ...requests.filter((request) => !writes.some((write) => isOf(request, write))).map((request) => `${request} is no write that a step made`),
    ...commands.filter((command) => !isQuestion(command)).map((command) => `a pod was told ${command.join(' ').slice(0, 200)}`),
  ];
};

const untold = (field: WrittenField, told: readonly Change[]): string[] => {
  const { cluster, object, path, to } = field;
  if (told.length === 0) return [`${object} on ${cluster}: ${path} was written and ${object} was not told`];
  const promised = told.flatMap((change) => change.fields);
  if (object.startsWith('ConfigMap kube-system/coredns') && path.startsWith('data.'))
    return isEditAlone(field) ? [] : [`${object}: more than its block changed`];
  const fits = (at: string, value: unknown): boolean => {
    if (promised.some((one) => isPromise(one, at, value))) return true;
    // A map that has one owner as a whole is told leaf by leaf.
    return isTree(value) && Object.keys(value).length > 0 && Object.entries(value).every(([key, inner]) => fits(`${at}.${key}`, inner));
  };
  return isDefault(field) || fits(path, withoutDefaults(field))
    ? []
    : [`${object} on ${cluster}: ${path} became ${JSON.stringify(to)}, which was not told`];
};

const isPromise = (one: FieldChange, path: string, value: unknown): boolean => {
  if (path === 'status.conditions') return one.path === path && JSON.stringify(value).includes(`"type":${JSON.stringify(one.to)}`);
  // Items of a list of one length are told one by one.
  return one.path.startsWith(`${path}[`) || (one.path === path && agrees(one, value));
};

/** What an API server fills in of a pod that is created (pkg/apis/core/v1/defaults.go): who creates it owns that too. */
const POD_DEFAULTS: Readonly<Record<string, unknown>> = {
  'spec.dnsPolicy': 'ClusterFirst',
  'spec.enableServiceLinks': true,
  'spec.schedulerName': 'default-scheduler',
  'spec.securityContext': {},
};
const CONTAINER_DEFAULTS: Readonly<Record<string, unknown>> = {
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};

const isDefault = ({ object, path, to }: WrittenField): boolean =>
  object.startsWith('Pod ') && Object.hasOwn(POD_DEFAULTS, path) && isDeepStrictEqual(POD_DEFAULTS[path], to);

const withoutDefaults = ({ object, path, to }: WrittenField): unknown =>
  object.startsWith('Pod ') && path === 'spec.containers' && Array.isArray(to)
    ? to.map((container: object) => Object.fromEntries(Object.entries(container).filter(([key, value]) => CONTAINER_DEFAULTS[key] !== value)))
    : to;

/** Without its lines for slice.local the text is as it was. */
const isEditAlone = ({ from, to }: WrittenField): boolean => {
  const others = (text: unknown): string => (typeof text === 'string' ? text : '').replaceAll(/slice\.local[^{]*\{\n[^}]*\}\n/g, '');
  return others(from) === others(to) && from !== to;
};

const isOf = (request: string, { cluster, verb, object }: Write): boolean => {
  const [where, method, place = ''] = request.split(' ');
  const [, name] = place.split('/');
  if (where !== cluster) return false;
  const [kind = '', named = ''] = object.split(' ');
  if (method === 'POST') return verb === 'create' && place.startsWith(kind.toLowerCase().slice(0, 3));
  const methods: Readonly<Record<string, string>> = { DELETE: 'delete', PUT: 'update', PATCH: 'apply merge' };
  return (methods[method ?? ''] ?? '').split(' ').includes(verb) && named.split('/').at(-1) === name;
};

/** What asks and changes nothing. */
const isQuestion = ([program, ...words]: readonly string[]): boolean => {
  if (['cat', 'nslookup', 'getent'].includes(program ?? '')) return true;
  if (program !== 'psql') return false;
  const asked = words.filter((_, index) => words[index - 1] === '-c');
  return asked.length > 0 && asked.every((sql) => /^(SELECT|WITH|SET statement_timeout|\\! (df|timeout|\())/i.test(sql.trim()));
};
