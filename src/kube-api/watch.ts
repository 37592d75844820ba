import type { KubeObject, WatchEvent } from './objects.ts';
import { ApiError, isNotTaken, statusOf, unusable } from './api-error.ts';
import type { ApiRequest, ApiServer } from './api-server.ts';
import { parseJson } from './bounded-json.ts';
import { listAll } from './list-all.ts';
import { isRecord, objectIn, versionIn, type Asked } from './objects-in.ts';
import { systemPace, type Pace } from './pace.ts';

/** What a watch yields: LIST replaces all that was known, the others change it. Exported for tests. */
export type Observation = WatchEvent | { readonly type: 'LIST'; readonly items: readonly KubeObject[]; readonly resourceVersion: string };

interface Watch extends Pick<ApiRequest, 'query' | 'accept'> {
  readonly resourceVersion?: string;
  readonly asked?: Asked;
  readonly signal: AbortSignal;
  readonly pace?: Pace;
}

/** Statuses after which watching again cannot help. */
const FINAL = [401, 403, 404];
const TYPES = ['ADDED', 'MODIFIED', 'DELETED'] as const satisfies readonly WatchEvent['type'][];
/** The server ends a watch after this; bookmarks come every minute, so twice that without a line is a dead connection. */
const TIMEOUT_SECONDS = '290';
const IDLE_MS = 150_000;
/** A watch that ends sooner counts as failed, whatever it brought: else one that is answered and closed at once is asked for without end. */
const SHORTEST_MS = 5_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Observes a collection: lists it (unless `resourceVersion` is given), then follows it over dropped connections, time-outs and 410 Gone, after which it
 * lists again; between two attempts that bring nothing it pauses up to 10 s. Ends only with the signal, or with ApiError: 401, 403, 404, or more than is taken.
 */
export async function* watchCollection(
  api: ApiServer,
  path: string,
  { query = {}, accept, resourceVersion, asked, signal, pace = systemPace }: Watch,
): AsyncGenerator<Observation> {
  const form = accept === undefined ? {} : { accept };
  let from = resourceVersion;
  let failures = 0;
  while (!signal.aborted) {
    let sinceMs = pace.monotonicMs();
    try {
      if (from === undefined) {
        const list = await listAll(api, path, { ...form, query, signal }, asked);
        from = list.resourceVersion;
        yield { type: 'LIST', ...list };
      }
      sinceMs = pace.monotonicMs();
      const watch = { ...query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: TIMEOUT_SECONDS };
      for await (const line of api.lines(path, { ...form, query: watch, signal, idleMs: IDLE_MS })) {
        const { type, object } = eventIn(line);
        const version = versionIn(object);
        if (version !== '') from = version;
        if (type !== 'BOOKMARK') yield { type, object: objectIn(object, asked) };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isNotTaken(error) || (error instanceof ApiError && FINAL.includes(error.status.code))) throw error;
      if (error instanceof ApiError && error.status.code === 410) from = undefined;
    }
    if (signal.aborted) return;
    failures = pace.monotonicMs() - sinceMs < SHORTEST_MS ? failures + 1 : 1;
    try {
      await pace.sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)), signal);
    } catch {
      return;
    }
  }
}

/** The event of one line. Throws ApiError for the server's ERROR, and for what is no event. */
const eventIn = (line: string): { readonly type: WatchEvent['type'] | 'BOOKMARK'; readonly object: unknown } => {
  const event = valueOf(line);
  if (!isRecord(event)) throw unusable('a line of the watch is no event');
  const { type, object } = event;
  if (type === 'ERROR') {
    const code = isRecord(object) && typeof object['code'] === 'number' ? object['code'] : 500;
    throw new ApiError(statusOf(object, code, 'watch error'));
  }
  const known = [...TYPES, 'BOOKMARK' as const].find((name) => name === type);
  if (known === undefined) throw unusable('a line of the watch is no event');
  return { type: known, object };
};

const valueOf = (line: string): unknown => {
  try {
    return parseJson(line).value;
  } catch (error) {
    throw unusable(`a line of the watch is ${(error as Error).message}`);
  }
};
