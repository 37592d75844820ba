import type { ApiRequest, RequestFault } from '../../playground/kubernetes-api/contract.ts';
import { isWrite } from './audit.ts';
import type { Scene } from './scene.ts';

/** Which requests of the workers a fault is ordered for. */
export interface Chosen {
  /** Start of the User-Agent; absent: whichever program. */
  readonly by?: string;
  /** call: what is answered at once, so neither a watch nor a stream. */
  readonly is?: 'write' | 'read' | 'exec' | 'call';
  /** The first of each method and path alone. */
  readonly firstOnly?: boolean;
  readonly only?: (request: ApiRequest) => boolean;
}

/** Orders a fault for requests of the workers and their tools, on each cluster; returns the way to end it. */
export const orderedOf = ({ playground, workerOf }: Scene, fault: RequestFault, chosen: Chosen, times?: number): (() => Promise<void>) => {
  const stops = [...playground.fleet.apis.values()].map((api) => {
    const seen = new Set<string>();
    const isChosen = (request: ApiRequest): boolean => {
      const { method, url, userAgent, authorization } = request;
      if (workerOf(authorization) === undefined || !userAgent.startsWith(chosen.by ?? '')) return false;
      if (chosen.is !== undefined && !KINDS[chosen.is](request)) return false;
      if (chosen.firstOnly === true) {
        const key = `${method} ${url.split('?')[0]}`;
        if (seen.has(key)) return false;
        seen.add(key);
      }
      return chosen.only?.(request) ?? true;
    };
    return api.faults.order(fault, isChosen, times);
  });
  return async () => stops.forEach((stop) => stop());
};

const isStream = ({ url }: ApiRequest): boolean => /[?&]watch=|\/(exec|portforward)(\?|$)/.test(url);

const KINDS: Readonly<Record<NonNullable<Chosen['is']>, (request: ApiRequest) => boolean>> = {
  write: ({ method, url }) => isWrite(method, url),
  read: (request) => request.method === 'GET' && !isStream(request),
  exec: ({ url }) => /\/exec(\?|$)/.test(url),
  call: (request) => !isStream(request),
};
