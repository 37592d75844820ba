import type { KubeObject, Query, WatchEvent } from '../../kube-api/objects.ts';
import { told, type Requests } from './requests.ts';
import { watchCollection } from '../../kube-api/watch.ts';

/**
 * Changes after a resourceVersion. When the server has forgotten it (410) the collection is listed again: what is there comes as MODIFIED,
 * what an earlier event told and is gone as DELETED.
 */
export async function* watchEvents(
  requests: Requests,
  { labelSelector, fieldSelector, ...target }: Query,
  { resourceVersion, signal: asked }: { readonly resourceVersion: string; readonly signal: AbortSignal },
): AsyncGenerator<WatchEvent> {
  const activity = `watching ${told(target)}`;
  const signal = requests.calls.limits.signal === undefined ? asked : AbortSignal.any([asked, requests.calls.limits.signal]);
  const { api, path } = await requests.at(target, activity, { repeatable: true }, async (api, path) => ({ api, path }));
  const typed = (object: KubeObject): KubeObject => ({ ...object, apiVersion: target.apiVersion, kind: target.kind });
  const known = new Map<string, KubeObject>();
  const keyOf = ({ metadata: { namespace, name } }: KubeObject): string => `${namespace ?? ''}/${name}`;
  try {
    for await (const seen of watchCollection(api, path, { query: { labelSelector, fieldSelector }, resourceVersion, signal })) {
      if (seen.type === 'LIST') {
        const now = new Set(seen.items.map(keyOf));
        const gone = [...known].filter(([key]) => !now.has(key));
        for (const [key, object] of gone) {
          known.delete(key);
          yield { type: 'DELETED', object };
        }
        for (const item of seen.items) {
          known.set(keyOf(item), typed(item));
          yield { type: 'MODIFIED', object: typed(item) };
        }
        continue;
      }
      const object = typed(seen.object);
      if (seen.type === 'DELETED') known.delete(keyOf(object));
      else known.set(keyOf(object), object);
      yield { type: seen.type, object };
    }
  } catch (error) {
    if (signal.aborted) return;
    throw requests.failure(error, activity, target);
  }
}
