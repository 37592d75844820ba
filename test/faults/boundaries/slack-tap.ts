import type { Tap } from '../../support/freezable-proxy.ts';
import type { Sentry } from './boundary.ts';

/** Asks the sentry about each call of the Web API: a request begins with its first bytes, as a client that awaits each answer sends it. */
export const slackTap = (process: string, sentry: Sentry): Tap => ({
  open: () => ({
    parts(bytes) {
      const method = /^(?:POST|GET) \/api\/([\w.]+)/.exec(bytes.toString('latin1', 0, 200))?.[1];
      if (method === undefined) return [{ bytes }];
      const crossing = { kind: 'slack', name: method, process } as const;
      return [{ bytes, before: () => sentry(crossing, 'before'), after: () => sentry(crossing, 'after') }];
    },
  }),
});
