import type { ClusterReader } from '../../ports/cluster.ts';
import { ApiError, unusable } from '../../kube-api/api-error.ts';
import { LIMITS } from '../../kube-api/limits.ts';
import { listAll } from '../../kube-api/list-all.ts';
import { isShort, objectIn } from '../../kube-api/objects-in.ts';
import { changesOf } from './diff.ts';
import { execIn } from '../../kube-api/exec.ts';
import { corePath } from '../../kube-api/resources.ts';
import { forwardTo } from './forward.ts';
import { askedOf, formOf, namesOf, type Requests } from './requests.ts';
import { watchEvents } from './watch-events.ts';
import { withoutNulls } from './without-nulls.ts';
import { FIELD_MANAGER } from '../../domain/field-manager.ts';

const AGAIN = { repeatable: true };
const THROUGH_KUBELET = { ...AGAIN, throughKubelet: true };
/** The newest lines of a log, where nothing else is asked for. */
const LOG_LINES = 5_000;
/** A container runtime may end after the line that crosses the limit: 16 kB in containerd. */
const LOG_SLACK_BYTES = 64 * 2 ** 10;

export const reading = (requests: Requests): Omit<ClusterReader, 'name' | 'caPem' | 'note' | 'hindrance'> => {
  const { at, call } = requests;
  const reader: Omit<ClusterReader, 'name' | 'caPem' | 'note' | 'hindrance'> = {
    version: () =>
      call('asking for the version', AGAIN, async ({ api }, bounds) => {
        const version = (await api.json<{ gitVersion?: unknown } | null>('GET', '/version', bounds))?.gitVersion;
        if (!isShort(version, LIMITS.nameLength)) throw unusable('the answer holds no version');
        return version;
      }),
    serves: (kind) => call(`asking for kind ${kind.kind}`, AGAIN, async ({ resolve }, { signal }) => (await resolve(kind, signal)) !== undefined),
    read: (ref) =>
      at(ref, `reading ${namesOf(ref)}`, AGAIN, async (api, path, bounds) => {
        const object = await api.json<unknown>('GET', path, bounds).catch(unless('NotFound'));
        return object === undefined ? undefined : objectIn(withoutNulls(object), ref);
      }),
    list(query) {
      const { labelSelector, fieldSelector, metadataOnly, ...target } = query;
      return at(target, `listing ${namesOf(target)}`, AGAIN, async (api, path, bounds) => {
        const request = { ...bounds, ...formOf(metadataOnly), query: { labelSelector, fieldSelector } };
        const { items, resourceVersion } = await listAll(api, path, request, askedOf(query));
        // Items of a list come without their kind.
        const typed = items.map((item) => ({ ...withoutNulls(item), apiVersion: target.apiVersion, kind: target.kind }));
        return { items: typed, resourceVersion };
      });
    },
    async diff(manifest) {
      const { apiVersion, kind, metadata } = manifest;
      const ref = { apiVersion, kind, name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) };
      const live = await reader.read(ref);
      const result = await at(ref, `comparing ${namesOf(ref)}`, { ...AGAIN, planning: true }, async (api, path, bounds) =>
        objectIn(
          await api.json<unknown>('PATCH', path, {
            ...bounds,
            body: manifest,
            type: 'application/apply-patch+yaml',
            query: { fieldManager: FIELD_MANAGER, force: 'false', fieldValidation: 'Strict', dryRun: 'All' },
          }),
          ref,
        ),
      );
      const leaving = live?.metadata.deletionTimestamp === undefined ? {} : { leaving: live };
      return { exists: live !== undefined, ...leaving, changes: changesOf(manifest, live, withoutNulls(result)) };
    },
    rehearse: (ref, patch) =>
      at(ref, `trying a change of ${namesOf(ref)}`, { ...AGAIN, planning: true }, async (api, path, bounds) => {
        await api.json<unknown>('PATCH', path, {
          ...bounds,
          body: patch,
          type: 'application/merge-patch+json',
          query: { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', dryRun: 'All' },
        });
      }),
    exec(target, command, { stdin, timeoutMs } = {}) {
      const activity = `running ${command[0] ?? 'nothing'} in pod ${target.namespace}/${target.pod}`;
      const options = { repeatable: false, throughKubelet: true, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
      return call(activity, options, ({ api }, bounds) => execIn(api, { target, command, ...bounds, ...(stdin === undefined ? {} : { stdin }) }));
    },
    logs: ({ namespace, pod, container }, { tailLines, previous } = {}) =>
      call(`reading the log of pod ${namespace}/${pod}`, THROUGH_KUBELET, ({ api }, bounds) =>
        api.text('GET', corePath('pods', { namespace, name: pod, subresource: 'log' }), {
          ...bounds,
          mostBytes: LIMITS.logBytes + LOG_SLACK_BYTES,
          query: {
            container,
            tailLines: (tailLines ?? LOG_LINES).toString(),
            limitBytes: String(LIMITS.logBytes),
            previous: previous === true ? 'true' : undefined,
          },
        }),
      ),
    forward: ({ namespace, pod, port }) =>
      call(`connecting to port ${port} of pod ${namespace}/${pod}`, THROUGH_KUBELET, ({ api }, bounds) =>
        forwardTo(api, { namespace, pod, port, ...bounds }),
      ),
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
