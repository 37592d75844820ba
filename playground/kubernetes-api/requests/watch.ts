import type { ServerResponse } from 'node:http';
import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, gone, statusOf, StatusError } from '../errors.ts';
import { objectText } from '../http/answer.ts';
import type { ApiObject } from '../object.ts';
import type { StoredEvent } from '../store/event-log.ts';
import { partialObjectText, tableText, wantsPartial, wantsTable } from './table.ts';
import { selectorOf } from './list.ts';

/** The real server sends a bookmark about every minute. */
const BOOKMARK_INTERVAL_MS = 60_000;
/** Without timeoutSeconds the real server ends a watch after 30 to 60 minutes. */
const DEFAULT_TIMEOUT_SECONDS = 2400;

export interface WatchFaults {
  /** True while the server is not answering: events wait. */
  isHanging(): boolean;
  /** Events are held back for so long, milliseconds. */
  watchLagMs(): number;
  onRelease(listener: () => void): () => void;
}

/**
 * Streams changes as lines of JSON. A watch is a cursor over the event log: it sends what came after its revision, whenever something does.
 * Too old a revision is an ERROR event with 410.
 */
export const watchObjects = (cluster: Cluster, call: Call, response: ServerResponse, faults: WatchFaults): void => {
  const { store } = cluster;
  const { query, type, namespace } = call;
  const bySelector = selectorOf(call);
  const selects = (object: ApiObject): boolean =>
    (namespace === undefined || !type.namespaced || object.metadata.namespace === namespace) && bySelector(object);
  const stated = query.get('resourceVersion') ?? '';
  if (stated !== '' && !/^\d+$/.test(stated)) throw badRequest(`invalid resource version ${JSON.stringify(stated)}`);
  const sendsInitial = query.get('sendInitialEvents');
  if (sendsInitial === 'true' && query.get('resourceVersionMatch') !== 'NotOlderThan')
    throw new StatusError(
      422,
      'Invalid',
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  const write = (eventType: string, text: string): boolean => response.write(`{"type":"${eventType}","object":${text.trim()}}\n`);
  const textOf = (object: ApiObject): string => {
    if (wantsTable(call)) return tableText([object], { resourceVersion: object.metadata.resourceVersion }, call);
    return wantsPartial(call) ? partialObjectText(object) : objectText(object, call.apiVersion);
  };

  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  let cursor = Number(stated);
  if (sendsInitial === 'true' || ((stated === '' || stated === '0') && sendsInitial === null)) {
    cursor = store.revision();
    for (const object of store.list(type, type.namespaced ? namespace : undefined)) if (bySelector(object)) write('ADDED', textOf(object));
    if (sendsInitial === 'true' && query.get('allowWatchBookmarks') === 'true')
      write('BOOKMARK', bookmark(cursor, call, { 'k8s.io/initial-events-end': 'true' }));
  } else if (stated === '' || stated === '0') cursor = store.revision();

  const lagging = new Set<NodeJS.Timeout>();
  const hear = (): void => {
    const lagMs = faults.watchLagMs();
    if (lagMs === 0 && lagging.size === 0) return pump();
    const timer = setTimeout(() => {
      lagging.delete(timer);
      pump();
    }, lagMs);
    lagging.add(timer);
  };
  const pump = (): void => {
    if (faults.isHanging() || response.writableEnded) return;
    const events = store.eventsAfter(type, cursor);
    if (events === undefined) return expire();
    for (const event of events) {
      const seen = crossing(event, selects);
      if (seen !== undefined) write(seen.type, textOf(seen.object));
      cursor = event.revision;
    }
  };
  const expire = (): void => {
    write('ERROR', JSON.stringify(statusOf(gone(`too old resource version: ${cursor} (${store.compactedRevision()})`))));
    end();
  };
  const stops = [store.listenTo(type, hear), faults.onRelease(pump)];
  const bookmarks = setInterval(() => {
    if (query.get('allowWatchBookmarks') !== 'true' || faults.isHanging()) return;
    cursor = store.revision();
    write('BOOKMARK', bookmark(cursor, call));
  }, BOOKMARK_INTERVAL_MS);
  const timeout = setTimeout(() => end(), Number(query.get('timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS) * 1000);
  const end = (): void => {
    for (const stop of stops) stop();
    clearInterval(bookmarks);
    clearTimeout(timeout);
    for (const timer of lagging) clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  response.on('close', end);
  if (cursor < store.compactedRevision()) expire();
  else hear();
};

/** What a change is to someone who sees only the selected objects; undefined: nothing. */
const crossing = (
  { type, object, previous }: StoredEvent,
  selects: (object: ApiObject) => boolean,
): { readonly type: StoredEvent['type']; readonly object: ApiObject } | undefined => {
  const did = previous !== undefined && selects(previous);
  const does = type !== 'DELETED' && selects(object);
  if (type === 'DELETED') return did ? { type, object } : undefined;
  if (does) return { type: did ? 'MODIFIED' : 'ADDED', object };
  if (!did) return undefined;
  return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion ?? '' } } };
};

const bookmark = (revision: number, { type, apiVersion }: Call, annotations?: Record<string, string>): string =>
  JSON.stringify({
    kind: type.kind,
    apiVersion,
    metadata: { resourceVersion: String(revision), creationTimestamp: null, ...(annotations === undefined ? {} : { annotations }) },
  });
