import type { Manifest } from '../../../../src/kube-api/objects.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import type { FeedbackRule } from './feedback.ts';
import { withoutJsonPath } from './json-path.ts';
import { checkPermission } from './permissions.ts';
import type { ResourceClient, Target } from './resource-client.ts';

/** spec.manifestConfigs[] as far as the agent heeds it. */
interface ManifestConfig {
  readonly resourceIdentifier: { readonly group?: string; readonly resource: string; readonly namespace?: string; readonly name: string };
  readonly feedbackRules?: readonly FeedbackRule[];
  readonly updateStrategy?: {
    readonly type: 'Update' | 'CreateOnly' | 'ServerSideApply' | 'ReadOnly';
    readonly serverSideApply?: {
      readonly fieldManager?: string;
      readonly force?: boolean;
      readonly ignoreFields?: readonly {
        readonly condition: string;
        readonly jsonPaths?: readonly string[];
        readonly jsonPointers?: readonly string[];
      }[];
    };
  };
}

export const configFor = (
  configs: readonly ManifestConfig[] | undefined,
  { group, resource, namespace, name }: Target,
): ManifestConfig | undefined => {
  const means = (pattern: string | undefined, value: string): boolean => pattern === '*' || (pattern ?? '') === value;
  return configs?.find(
    ({ resourceIdentifier: id }) => (id.group ?? '') === group && id.resource === resource && means(id.namespace, namespace) && means(id.name, name),
  );
};

interface ApplyContext {
  readonly client: OperatorClient;
  readonly resources: ResourceClient;
}

/** Brings one manifest to the spoke by its update strategy. Throws the API server's refusal. */
export const applyManifest = async (
  { client, resources }: ApplyContext,
  target: Target,
  manifest: Manifest,
  config: ManifestConfig | undefined,
): Promise<Mutable> => {
  const { type = 'Update', serverSideApply = {} } = config?.updateStrategy ?? {};
  const existing = await resources.read(target);
  if (type === 'ReadOnly') {
    if (existing === undefined) throw new Error(`${target.resource} "${target.name}" not found`);
    return existing;
  }
  if (type === 'ServerSideApply') {
    await checkPermission(client, existing === undefined ? 'create' : 'patch', target);
    const ignored = existing === undefined ? [] : (serverSideApply.ignoreFields ?? []);
    const paths = ignored.flatMap(({ jsonPaths = [], jsonPointers = [] }) => [...jsonPaths, ...jsonPointers.map(pointerToPath)]);
    const body = paths.reduce((object, path) => withoutJsonPath(object, path), manifest);
    return resources.apply(target, body, { fieldManager: serverSideApply.fieldManager ?? 'work-agent', force: serverSideApply.force === true });
  }
  if (existing === undefined) {
    await checkPermission(client, 'create', target);
    return resources.create(target, manifest);
  }
  if (type === 'CreateOnly' || covers(existing, manifest)) return existing;
  await checkPermission(client, 'update', target);
  return resources.update(target, merged(existing, manifest) as Mutable);
};

const pointerToPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => `['${part.replaceAll('~1', '/').replaceAll('~0', '~')}']`)
    .join('');

/** True when the live object already says all that the manifest says; what the API server added does not count. */
const covers = (live: unknown, wanted: unknown): boolean => {
  if (Array.isArray(wanted)) return Array.isArray(live) && live.length === wanted.length && wanted.every((item, index) => covers(live[index], item));
  if (typeof wanted !== 'object' || wanted === null) return live === wanted || (live === undefined && wanted === null);
  return Object.entries(wanted).every(
    ([key, value]) => key === 'status' || key === 'stringData' || covers((live as Record<string, unknown> | undefined)?.[key], value),
  );
};

/** The live object with the manifest's fields laid over it; lists are replaced. */
const merged = (live: unknown, wanted: unknown): unknown => {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted) || typeof live !== 'object' || live === null) return wanted;
  const base = live as Record<string, unknown>;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, key === 'status' ? base[key] : merged(base[key], value)])),
  };
};
