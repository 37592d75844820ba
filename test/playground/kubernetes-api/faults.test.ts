import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchCollection } from '../../../src/kube-api/watch.ts';
import { namespaceIn, refusal, startDouble, targetOf, type Answer, type Target } from './target.ts';

describe('faults of the API double', () => {
  let target: Target;
  let double: Awaited<ReturnType<typeof startDouble>>['double'];
  beforeAll(async () => {
    ({ target, double } = await startDouble());
  });
  afterAll(() => target.close());

  it('refuses connections while it is down and comes back on the same port', async () => {
    double.faults.down = true;
    await expect(target.api.json('GET', '/version')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    double.faults.down = false;
    expect(await target.api.json('GET', '/version')).toMatchObject({ gitVersion: 'v1.35.4' });
  });

  it('lets callers wait while it hangs', async () => {
    double.faults.hanging = true;
    await expect(target.api.json('GET', '/api/v1/nodes', { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
    const waiting = target.api.json<Answer>('GET', '/api/v1/nodes');
    double.faults.hanging = false;
    expect((await waiting).items).toEqual([]);
  });

  it('throttles as many requests as it is told to, with the time to wait', async () => {
    double.faults.throttleNext = 1;
    await expect(target.api.json('GET', '/api/v1/nodes')).rejects.toMatchObject({
      status: { code: 429, message: 'Too many requests, please try again later.\n' },
      retryAfterMs: 1000,
    });
    await target.api.json('GET', '/api/v1/nodes');
  });

  it('loses no event of a watch over cut connections and a compacted history', async () => {
    const at = `/api/v1/namespaces/${await namespaceIn(target)}/secrets`;
    const ended = new AbortController();
    const seen: string[] = [];
    /** Over a connection of its own: those of the pool may be cut. */
    const create = async (name: string) => {
      const fresh = targetOf(target.connection, async () => undefined);
      await fresh.api.json('POST', at, { body: { metadata: { name } } });
      await fresh.close();
    };
    for await (const observation of watchCollection(target.api, at, { signal: ended.signal })) {
      if (observation.type === 'LIST') {
        seen.push(`LIST ${observation.items.length}`);
        if (observation.items.length === 0) await create('one');
        else ended.abort();
      } else {
        seen.push(`${observation.type} ${observation.object.metadata.name}`);
        if (observation.object.metadata.name === 'one') {
          double.faults.dropConnections();
          await create('two');
        } else {
          double.faults.dropConnections();
          double.faults.compact();
          await create('three');
          double.faults.compact();
        }
      }
    }
    expect(seen).toEqual(['LIST 0', 'ADDED one', 'ADDED two', 'LIST 3']);
  });

  it('answers 410 to a list that goes on from before a compaction', async () => {
    const at = `/api/v1/namespaces/${await namespaceIn(target)}/secrets`;
    for (const name of ['a', 'b']) await target.api.json('POST', at, { body: { metadata: { name } } });
    const first = await target.api.json<Answer>('GET', at, { query: { limit: '1' } });
    await target.api.json('POST', at, { body: { metadata: { name: 'c' } } });
    double.faults.compact();
    const next = target.api.json('GET', at, { query: { limit: '1', continue: first.metadata['continue'] as string } });
    expect(await refusal(next)).toMatchObject({ code: 410, reason: 'Expired' });
  });

  it('refuses chosen requests with the code that it is told, as often as it is told', async () => {
    const chosen = ({ method, url }: { method: string; url: string }): boolean => method === 'GET' && url.startsWith('/api/v1/nodes');
    for (const code of [401, 500, 503, 504] as const) {
      double.faults.order({ kind: 'refused', code }, chosen, 1);
      await expect(target.api.json('GET', '/api/v1/namespaces')).resolves.toBeDefined();
      await expect(target.api.json('GET', '/api/v1/nodes')).rejects.toMatchObject({ status: { code } });
    }
    double.faults.order({ kind: 'refused', code: 429, retryAfterSeconds: 7 }, chosen, 1);
    await expect(target.api.json('GET', '/api/v1/nodes')).rejects.toMatchObject({ retryAfterMs: 7_000 });
    expect((await target.api.json<Answer>('GET', '/api/v1/nodes')).items).toEqual([]);
  });

  it('carries out a request whose answer it cuts, and nothing of one that it cuts before', async () => {
    const at = `/api/v1/namespaces/${await namespaceIn(target)}/secrets`;
    for (const when of ['before', 'after'] as const) {
      double.faults.order({ kind: 'cut', when }, ({ method, url }) => method === 'POST' && url.startsWith(at), 1);
      await expect(target.api.json('POST', at, { body: { metadata: { name: when } } })).rejects.toThrow(/socket|closed|reset/i);
    }
    const { items } = await target.api.json<Answer>('GET', at);
    expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['after']);
  });

  it('holds a chosen request until it may go on, or loses it', async () => {
    const at = `/api/v1/namespaces/${await namespaceIn(target)}/secrets`;
    const heard: string[] = [];
    const hold = (outcome: 'goes on' | 'is lost'): void => {
      const until = async ({ userAgent }: { userAgent: string }) => {
        heard.push(userAgent);
        return outcome;
      };
      double.faults.order({ kind: 'held', when: 'before', until }, ({ method, url }) => method === 'POST' && url.startsWith(at), 1);
    };
    hold('goes on');
    await target.api.json('POST', at, { body: { metadata: { name: 'one' } } });
    hold('is lost');
    await expect(target.api.json('POST', at, { body: { metadata: { name: 'two' } } })).rejects.toThrow(/socket|closed|reset/i);
    expect((await target.api.json<Answer>('GET', at)).items).toHaveLength(1);
    expect(heard).toEqual(['conformance/1', 'conformance/1']);
  });

  it('holds back the events of watches, and tells the truth to who reads', async () => {
    const at = `/api/v1/namespaces/${await namespaceIn(target)}/secrets`;
    const ended = new AbortController();
    double.faults.watchLagMs = 50;
    let createdMs = 0;
    let heardMs = 0;
    let read = 0;
    for await (const observation of watchCollection(target.api, at, { signal: ended.signal })) {
      if (observation.type === 'LIST') {
        await target.api.json('POST', at, { body: { metadata: { name: 'late' } } });
        createdMs = performance.now();
        read = (await target.api.json<Answer>('GET', at)).items.length;
      } else {
        heardMs = performance.now();
        ended.abort();
      }
    }
    double.faults.watchLagMs = 0;
    expect(read).toBe(1);
    expect(heardMs - createdMs).toBeGreaterThan(30);
  });

  it('notes each request with its user agent', () => {
    expect(double.requests).toContain('GET /version conformance/1');
  });
});
