import { describe, expect, it } from 'vitest';
import { watchCollection, type Observation } from '../../../../src/kube-api/watch.ts';
import { MERGE, namespaceIn, type Answer, type Target } from '../target.ts';

/** Watches: replay, selectors, initial events. */
export const watchingCases = (target: () => Target): void => {
  const api = () => target().api;

  /** Events of a watch until one satisfies `isLast`. */
  const events = async (at: string, query: Record<string, string>, isLast: (event: { type: string; object: Answer }) => boolean) => {
    const seen: { type: string; object: Answer }[] = [];
    const ended = new AbortController();
    try {
      for await (const line of api().lines(at, { query: { watch: 'true', ...query }, signal: ended.signal, idleMs: 10_000 })) {
        const event = JSON.parse(line) as { type: string; object: Answer };
        seen.push(event);
        if (isLast(event)) break;
      }
    } finally {
      ended.abort();
    }
    return seen;
  };
  const summary = (seen: readonly { type: string; object: Answer }[]) => seen.map(({ type, object }) => `${type} ${String(object.metadata['name'])}`);

  describe('watching', () => {
    it('replays what happened since a resourceVersion, then goes on', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/secrets`;
      const { metadata } = await api().json<Answer>('GET', at);
      await api().json('POST', at, { body: { metadata: { name: 'one' } } });
      await api().json('PATCH', `${at}/one`, { body: { metadata: { labels: { a: 'b' } } }, type: MERGE });
      await api().json('DELETE', `${at}/one`);
      const seen = await events(at, { resourceVersion: String(metadata['resourceVersion']) }, ({ type }) => type === 'DELETED');
      expect(summary(seen)).toEqual(['ADDED one', 'MODIFIED one', 'DELETED one']);
      const versions = seen.map(({ object }) => Number(object.metadata['resourceVersion']));
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    });

    it('shows an object that begins or ceases to match a selector as added or deleted', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/secrets`;
      const { metadata } = await api().json<Answer>('GET', at);
      await api().json('POST', at, { body: { metadata: { name: 'one' } } });
      const label = (value: string | null) => api().json('PATCH', `${at}/one`, { body: { metadata: { labels: { role: value } } }, type: MERGE });
      await label('primary');
      await label('standby');
      const query = { resourceVersion: String(metadata['resourceVersion']), labelSelector: 'role=primary' };
      expect(summary(await events(at, query, ({ type }) => type === 'DELETED'))).toEqual(['ADDED one', 'DELETED one']);
    });

    it('streams a list and marks its end', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/secrets`;
      await api().json('POST', at, { body: { metadata: { name: 'one' } } });
      const query = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' };
      const seen = await events(at, query, ({ type }) => type === 'BOOKMARK');
      expect(summary(seen.slice(0, -1))).toEqual(['ADDED one']);
      expect(seen.at(-1)?.object.metadata['annotations']).toEqual({ 'k8s.io/initial-events-end': 'true' });
    });

    it('feeds the watch of our own client', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/secrets`;
      const ended = new AbortController();
      const seen: Observation[] = [];
      for await (const observation of watchCollection(api(), at, { signal: ended.signal })) {
        seen.push(observation);
        if (observation.type === 'LIST') await api().json('POST', at, { body: { metadata: { name: 'late' } } });
        else ended.abort();
      }
      expect(seen.map(({ type }) => type)).toEqual(['LIST', 'ADDED']);
    });
  });
};
