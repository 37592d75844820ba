import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject, WatchEvent } from './objects.ts';
import { ApiError, type ApiRequest, type ApiServer } from './api-server.ts';

/** What a watch yields: LIST replaces all that was known, the others change it. Exported for tests. */
export type Observation = WatchEvent | { readonly type: 'LIST'; readonly items: readonly KubeObject[]; readonly resourceVersion: string };

interface RawList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items?: readonly KubeObject[];
}
interface RawEvent {
  readonly type: string;
  readonly object: KubeObject & { readonly message?: string; readonly reason?: string; readonly code?: number };
}

/** Statuses after which watching again cannot help. */
const FINAL = [401, 403, 404];
/** The server ends a watch after this; bookmarks come every minute, so twice that without a line is a dead connection. */
const TIMEOUT_SECONDS = '290';
const IDLE_MS = 150_000;

/**
 * Observes a collection: lists it (unless `resourceVersion` is given), then follows it over dropped connections, time-outs and 410 Gone,
 * after which it lists again. Ends only with the signal, or with ApiError 401, 403 or 404.
 */
export async function* watchCollection(
  api: ApiServer,
  path: string,
  { query = {}, resourceVersion, signal }: { readonly query?: ApiRequest['query']; readonly resourceVersion?: string; readonly signal: AbortSignal },
): AsyncGenerator<Observation> {
  let from = resourceVersion;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (from === undefined) {
        const list = await api.json<RawList>('GET', path, { query, signal });
        from = list.metadata.resourceVersion;
        failures = 0;
        yield { type: 'LIST', items: list.items ?? [], resourceVersion: from };
      }
      const watch = { ...query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: TIMEOUT_SECONDS };
      for await (const line of api.lines(path, { query: watch, signal, idleMs: IDLE_MS })) {
        const event = JSON.parse(line) as RawEvent;
        if (event.type === 'ERROR')
          throw new ApiError({
            message: event.object.message ?? 'watch error',
            reason: event.object.reason ?? 'Unknown',
            code: event.object.code ?? 500,
          });
        from = event.object.metadata.resourceVersion ?? from;
        failures = 0;
        if (event.type !== 'BOOKMARK') yield { type: event.type as WatchEvent['type'], object: event.object };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && FINAL.includes(error.status.code)) throw error;
      if (error instanceof ApiError && error.status.code === 410) from = undefined;
      failures += 1;
      try {
        await delay(Math.min(10_000, 100 * 2 ** failures), undefined, { signal });
      } catch {
        return;
      }
    }
  }
}
