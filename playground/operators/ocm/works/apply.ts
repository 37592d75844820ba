import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../../../../src/kube-api/api-server.ts';
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

type Apply = (target: Target, manifest: Manifest, config: ManifestConfig | undefined) => Promise<Mutable>;

/** Brings manifests to the spoke by their update strategies. The function throws the API server's refusal, and writes nothing where nothing changed. */
export const applier = ({ client, resources }: ApplyContext): Apply => {
  /** What was put last, and the version that it became: an object that nobody touched since is not put again. */
  const put = new Map<string, { readonly manifest: Manifest; readonly resourceVersion: string | undefined }>();
  const remember = (target: Target, manifest: Manifest, object: Mutable): Mutable => {
    put.set(target.path, { manifest: structuredClone(manifest), resourceVersion: object.metadata.resourceVersion });
    return object;
  };
  return async (target, manifest, config) => {
    const { type = 'Update', serverSideApply = {} } = config?.updateStrategy ?? {};
    const existing = await resources.read(target);
    if (type === 'ReadOnly') {
      if (existing === undefined) throw new Error(`${target.resource} "${target.name}" not found`);
      return existing;
    }
    if (type === 'ServerSideApply') {
      const { ignoreFields = [], fieldManager = 'work-agent', force = false } = serverSideApply;
      const paths = ignoreFields.flatMap(({ jsonPaths = [], jsonPointers = [] }) => [...jsonPaths, ...jsonPointers.map(pointerToPath)]);
      const rest = paths.reduce((object, path) => withoutJsonPath(object, path), manifest);
      // What is ignored goes with the first apply and is taken off by the next one: so there is none as long as the rest is the same.
      const hash = paths.length === 0 ? undefined : hashOf(rest);
      if (hash !== undefined && existing?.metadata.annotations?.[HASH] === hash) return existing;
      await checkPermission(client, existing === undefined ? 'create' : 'patch', target);
      const body = existing === undefined ? manifest : rest;
      const { annotations } = body.metadata;
      const marked = hash === undefined ? body : { ...body, metadata: { ...body.metadata, annotations: { ...annotations, [HASH]: hash } } };
      return resources.apply(target, marked, { fieldManager, force });
    }
    if (existing === undefined) {
      await checkPermission(client, 'create', target);
      return remember(target, manifest, await resources.create(target, manifest));
    }
    if (type === 'CreateOnly') return existing;
    if (MERGED_KINDS.has(`${target.group}/${target.kind}`)) {
      if (covers(existing, manifest)) return existing;
      await checkPermission(client, 'update', target);
      return resources.update(target, merged(existing, manifest) as Mutable);
    }
    const before = put.get(target.path);
    const isUntouched = before !== undefined && before.resourceVersion === existing.metadata.resourceVersion;
    if (isUntouched && isDeepStrictEqual(before.manifest, manifest)) return existing;
    const { labels, annotations } = manifest.metadata;
    const isMarked = covers(existing.metadata, { ...(labels && { labels }), ...(annotations && { annotations }) });
    if (isMarked && isDeepStrictEqual(contentOf(existing), contentOf(manifest))) return existing;
    await checkPermission(client, 'update', target);
    return remember(target, manifest, await resources.update(target, replacing(existing, manifest)));
  };
};

/** Where the agent keeps what it applied of a manifest with ignored fields. */
const HASH = 'open-cluster-management.io/config-spec-hash';
const hashOf = (manifest: Manifest): string => createHash('md5').update(JSON.stringify(manifest)).digest('hex');

/** Fields that another manager holds stay with it: trying again would not help. */
export const isConflictOfManagers = (error: unknown): boolean =>
  error instanceof ApiError && (error.status.details?.causes ?? []).some(({ reason }) => reason === 'FieldManagerConflict');

/** Kinds for which the agent has code that merges ('group/kind'); an object of any other is put whole, as the manifest has it. */
const MERGED_KINDS: ReadonlySet<string> = new Set([
  ...['Namespace', 'Service', 'Pod', 'ServiceAccount', 'ConfigMap', 'Secret'].map((kind) => `/${kind}`),
  ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].map((kind) => `rbac.authorization.k8s.io/${kind}`),
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) => `admissionregistration.k8s.io/${kind}`),
  'networking.k8s.io/NetworkPolicy',
  'policy/PodDisruptionBudget',
  'apiextensions.k8s.io/CustomResourceDefinition',
  ...['StorageClass', 'CSIDriver'].map((kind) => `storage.k8s.io/${kind}`),
]);

const contentOf = (object: Manifest): unknown =>
  Object.fromEntries(Object.entries(object).filter(([field]) => field !== 'metadata' && field !== 'status'));

/** The manifest in place of the live object, of which only metadata is kept. What the API server or a controller put into the spec is not in it. */
const replacing = ({ metadata: live }: Mutable, manifest: Manifest): Mutable => ({
  ...manifest,
  metadata: {
    ...manifest.metadata,
    ...((live.labels ?? manifest.metadata.labels) ? { labels: { ...live.labels, ...manifest.metadata.labels } } : {}),
    ...((live.annotations ?? manifest.metadata.annotations) ? { annotations: { ...live.annotations, ...manifest.metadata.annotations } } : {}),
    ...(live.finalizers === undefined ? {} : { finalizers: live.finalizers }),
    ...(live.resourceVersion === undefined ? {} : { resourceVersion: live.resourceVersion }),
  },
});

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
