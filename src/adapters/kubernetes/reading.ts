import type { KubeObject } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { ApiError } from '../../kube-api/api-server.ts';
import { changesOf } from './diff.ts';
import { execIn } from '../../kube-api/exec.ts';
import { forwardTo } from './forward.ts';
import { told, type Requests } from './requests.ts';
import { watchEvents } from './watch-events.ts';
import { withoutNulls } from './without-nulls.ts';
import { FIELD_MANAGER } from './writing.ts';

interface RawList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items?: readonly KubeObject[] | null;
}

const AGAIN = { repeatable: true };

export const reading = (requests: Requests): Omit<ClusterReader, 'name' | 'caPem'> => {
  const { at, call } = requests;
  const reader: Omit<ClusterReader, 'name' | 'caPem'> = {
    version: () =>
      call(
        'asking for the version',
        AGAIN,
        async ({ api }, bounds) => (await api.json<{ gitVersion: string }>('GET', '/version', bounds)).gitVersion,
      ),
    serves: (kind) => call(`asking for kind ${kind.kind}`, AGAIN, async ({ resolve }, { signal }) => (await resolve(kind, signal)) !== undefined),
    read: (ref) =>
      at(ref, `reading ${told(ref)}`, AGAIN, async (api, path, bounds) =>
        withoutNulls(await api.json<KubeObject>('GET', path, bounds).catch(unless('NotFound'))),
      ),
    list: ({ labelSelector, fieldSelector, ...target }) =>
      at(target, `listing ${told(target)}`, AGAIN, async (api, path, bounds) => {
        const { items, metadata } = await api.json<RawList>('GET', path, { ...bounds, query: { labelSelector, fieldSelector } });
        // Items of a list come without their kind.
        const typed = (items ?? []).map((item) => ({ ...withoutNulls(item), apiVersion: target.apiVersion, kind: target.kind }));
        return { items: typed, resourceVersion: metadata.resourceVersion };
      }),
    async diff(manifest) {
      const { apiVersion, kind, metadata } = manifest;
      const ref = { apiVersion, kind, name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) };
      const live = await reader.read(ref);
      const result = await at(ref, `comparing ${told(ref)}`, { ...AGAIN, planning: true }, (api, path, bounds) =>
        api.json<KubeObject>('PATCH', path, {
          ...bounds,
          body: manifest,
          type: 'application/apply-patch+yaml',
          query: { fieldManager: FIELD_MANAGER, force: 'false', fieldValidation: 'Strict', dryRun: 'All' },
        }),
      );
      return { exists: live !== undefined, changes: changesOf(manifest, live, withoutNulls(result)) };
    },
    exec(target, command, { stdin, timeoutMs } = {}) {
      const activity = `running ${command[0] ?? 'nothing'} in pod ${target.namespace}/${target.pod}`;
      const options = { repeatable: false, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
      return call(activity, options, ({ api }, bounds) => execIn(api, { target, command, ...bounds, ...(stdin === undefined ? {} : { stdin }) }));
    },
    logs: ({ namespace, pod, container }, { tailLines, previous } = {}) =>
      call(`reading the log of pod ${namespace}/${pod}`, AGAIN, ({ api }, bounds) =>
        api.text('GET', `/api/v1/namespaces/${namespace}/pods/${pod}/log`, {
          ...bounds,
          query: { container, tailLines: tailLines?.toString(), previous: previous === true ? 'true' : undefined },
        }),
      ),
    forward: ({ namespace, pod, port }) =>
      call(`connecting to port ${port} of pod ${namespace}/${pod}`, AGAIN, ({ api }, bounds) => forwardTo(api, { namespace, pod, port, ...bounds })),
    allowed: (resourceAttributes) =>
      call(`asking for the right to ${resourceAttributes.verb} ${resourceAttributes.resource}`, AGAIN, async ({ api }, bounds) => {
        const review = await api.json<{ status?: { allowed?: boolean } }>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          ...bounds,
          body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
        });
        return review.status?.allowed === true;
      }),
    watch: (query, options) => watchEvents(requests, query, options),
  };
  return reader;
};

const unless =
  (reason: string) =>
  (error: unknown): undefined => {
    if (error instanceof ApiError && error.status.reason === reason) return undefined;
    throw error;
  };
