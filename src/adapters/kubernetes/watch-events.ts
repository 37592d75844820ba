import type { KubeObject, Query, WatchEvent } from '../../kube-api/objects.ts';
import { formOf, namesOf, type Requests } from './requests.ts';
import { tooLarge } from '../../kube-api/api-error.ts';
import { LIMITS } from '../../kube-api/limits.ts';
import { breather } from '../../kube-api/pace.ts';
import { watchCollection } from '../../kube-api/watch.ts';

/**
 * Changes after a resourceVersion. When the server has forgotten it (410) the collection is listed again: what is there comes as MODIFIED,
 * what an earlier event told and is gone as DELETED, with its name alone.
 */
export async function* watchEvents(
  requests: Requests,
  { labelSelector, fieldSelector, metadataOnly, ...target }: Query,
  { resourceVersion, signal: asked }: { readonly resourceVersion: string; readonly signal: AbortSignal },
): AsyncGenerator<WatchEvent> {
  const activity = `watching ${namesOf(target)}`;
  const signal = requests.calls.limits.signal === undefined ? asked : AbortSignal.any([asked, requests.calls.limits.signal]);
  const { api, path } = await requests.at(target, activity, { repeatable: true }, async (api, path) => ({ api, path }));
  const typed = (object: KubeObject): KubeObject => ({ ...object, apiVersion: target.apiVersion, kind: target.kind });
  // Names alone: the objects themselves would keep whatever the server sends.
  const known = new Map<string, KubeObject>();
  const keyOf = ({ metadata: { namespace, name } }: KubeObject): string => `${namespace ?? ''}/${name}`;
  const remember = (object: KubeObject): void => {
    const { name, namespace } = object.metadata;
    known.set(keyOf(object), typed({ ...target, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }));
    if (known.size > LIMITS.listItems) throw tooLarge(`the watch told of more than ${LIMITS.listItems} objects`);
  };
  const breathe = breather();
  const form = formOf(metadataOnly);
  try {
    for await (const seen of watchCollection(api, path, { ...form, query: { labelSelector, fieldSelector }, resourceVersion, signal })) {
      await breathe();
      if (seen.type === 'LIST') {
        const now = new Set(seen.items.map(keyOf));
        const gone = [...known].filter(([key]) => !now.has(key));
        for (const [key, object] of gone) {
          known.delete(key);
          yield { type: 'DELETED', object };
        }
        for (const item of seen.items) {
          remember(item);
          yield { type: 'MODIFIED', object: typed(item) };
        }
        continue;
      }
      const object = typed(seen.object);
      if (seen.type === 'DELETED') known.delete(keyOf(object));
      else remember(object);
      yield { type: seen.type, object };
    }
  } catch (error) {
    if (signal.aborted) return;
    throw requests.failure(error, activity, target);
  }
}
