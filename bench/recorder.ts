import type { ApiObject } from '../playground/kubernetes-api/object.ts';
import type { SimulatedFleet } from '../playground/fleet.ts';

export interface RecordedRequest {
  readonly cluster: string;
  /** Arrival, wall time in milliseconds. */
  readonly atMs: number;
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
}

export interface RecordedChange {
  readonly cluster: string;
  /** Storing, wall time in milliseconds; 0 for what was there before the recording. */
  readonly atMs: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
}

/** Everything that reached and changed the clusters, in order. */
export interface Recording {
  readonly requests: readonly RecordedRequest[];
  readonly changes: readonly RecordedChange[];
  stop(): void;
}

/** Listens inside the API servers, so that nothing is added to what they do. */
export const record = ({ apis }: Pick<SimulatedFleet, 'apis'>): Recording => {
  const requests: RecordedRequest[] = [];
  const changes: RecordedChange[] = [];
  let replaying = true;
  const stops = [...apis].map(([cluster, api]) =>
    api.observe({
      request({ method, url, userAgent }) {
        const [path = '', query = ''] = url.split('?');
        requests.push({ cluster, atMs: Date.now(), method, path, query: new URLSearchParams(query), userAgent });
      },
      change({ type, object }) {
        changes.push({ cluster, atMs: replaying ? 0 : Date.now(), type, object });
      },
    }),
  );
  replaying = false;
  return {
    requests,
    changes,
    stop() {
      for (const stop of stops) stop();
    },
  };
};

/** User agents of what acts for a person or for pgdist; everything else that calls is a stand-in. */
const ACTORS = /^(pgdist|Helm|clusteradm|kubectl)/i;

export const isOurs = ({ userAgent }: RecordedRequest): boolean => ACTORS.test(userAgent);

/** A write that lasts: no dry run, no review, no exec, and not pgdist's own Lease. */
export const isWrite = ({ method, path, query }: RecordedRequest): boolean =>
  /^(POST|PUT|PATCH|DELETE)$/.test(method) &&
  query.get('dryRun') === null &&
  !/(accessreviews|rulesreviews|\/exec|\/portforward|\/leases(\/|$))/.test(path);
