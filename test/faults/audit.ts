import type { KubernetesApi } from '../../playground/kubernetes-api/contract.ts';

/** A request that may change a cluster, as its API server saw it come in. */
export interface AuditedWrite {
  readonly atMs: number;
  readonly cluster: string;
  /** The worker whose token it bore, whichever program sent it. */
  readonly worker: string;
  /** 'pgdist', 'Helm/4.1.4', 'clusteradm' */
  readonly program: string;
  readonly method: string;
  readonly path: string;
}

export interface Audit {
  readonly writes: readonly AuditedWrite[];
  /** Deletions by everybody but the workers. */
  readonly deletions: readonly Pick<AuditedWrite, 'cluster' | 'path'>[];
  /** How often each object was made, by 'cluster group/plural/namespace/name', and whether pgdist itself writes it. */
  readonly made: ReadonlyMap<string, number>;
  /** Longest time, milliseconds, for which this process could not look: so much later than sent a write may be seen. */
  lagMs(): number;
  stop(): void;
}

/** Dry runs, reviews, tokens and questions through pods change nothing. */
export const isWrite = (method: string, url: string): boolean => {
  const [path = '', query = ''] = url.split('?');
  return /^(POST|PUT|PATCH|DELETE)$/.test(method) && !query.includes('dryRun=All') && !/(reviews|\/token|\/exec|\/portforward)$/.test(path);
};

/** Listens in front of every API server; `workerOf` tells a worker by the Authorization header. */
export const startAudit = (apis: ReadonlyMap<string, KubernetesApi>, workerOf: (authorization: string) => string | undefined): Audit => {
  const writes: AuditedWrite[] = [];
  const deletions: { cluster: string; path: string }[] = [];
  const made = new Map<string, number>();
  let replaying = true;
  const stops = [...apis].map(([cluster, api]) =>
    api.observe({
      request({ method, url, userAgent, authorization }) {
        const worker = workerOf(authorization);
        const [path = ''] = url.split('?');
        if (worker !== undefined && isWrite(method, url))
          writes.push({ atMs: Date.now(), cluster, worker, program: userAgent.split(' ')[0] ?? '', method, path });
        if (worker === undefined && method === 'DELETE') deletions.push({ cluster, path });
      },
      change({ type, group, plural, object }) {
        if (replaying || type !== 'ADDED') return;
        const { namespace = '', name } = object.metadata;
        const key = `${cluster} ${group}/${plural}/${namespace}/${name}`;
        made.set(key, (made.get(key) ?? 0) + 1);
      },
    }),
  );
  replaying = false;
  let lagMs = 0;
  let turnedMs = performance.now();
  const turning = setInterval(() => {
    const nowMs = performance.now();
    lagMs = Math.max(lagMs, nowMs - turnedMs - TURN_MS);
    turnedMs = nowMs;
  }, TURN_MS);
  return {
    writes,
    deletions,
    made,
    lagMs: () => lagMs,
    stop() {
      clearInterval(turning);
      for (const stop of stops) stop();
    },
  };
};

const TURN_MS = 20;
