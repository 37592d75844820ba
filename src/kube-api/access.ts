import type { Dispatcher } from 'undici';
import { dispatcherFor, type Way } from './dispatcher.ts';
import type { Headers } from './impersonation.ts';

/** Where a request goes and who asks. */
export interface Access {
  /** The same object as long as it is the same way. */
  readonly way: Way;
  /** Authorization and impersonation. */
  readonly headers: Headers;
}

/** Access that may change while it is used: tokens end, files are renewed. */
export interface AccessSource {
  /** As it is now; the same object as long as nothing changed. */
  now(): Promise<Access>;
  /** Looks again, once the server refused who asked or was not reached. True: there is another access than `used` now. */
  renew(used: Access, why: 'refused' | 'unreachable'): Promise<boolean>;
}

/** Connections of one way. */
interface Pools {
  /** URL without a slash at its end. */
  readonly base: string;
  readonly agent: Dispatcher;
  /** For what stays open: it would starve the rest. Made when it is needed first. */
  readonly streams: Dispatcher;
}

/** Connections for the newest way. Those of an earlier one end with the last request on them. */
export const poolsFor = (connections: number) => {
  let open: (Pools & { readonly way: Way }) | undefined;
  let current: Dispatcher[] = [];
  /** Whose last requests have not ended yet. */
  const former = new Set<Dispatcher>();
  const retire = (dispatcher: Dispatcher): void => {
    former.add(dispatcher);
    void dispatcher
      .close()
      .catch(() => undefined)
      .finally(() => former.delete(dispatcher));
  };
  const openTo = (way: Way): Pools & { readonly way: Way } => {
    const agent = dispatcherFor(way, connections);
    const made = [agent];
    current = made;
    let streams: Dispatcher | undefined;
    return {
      way,
      base: way.server.replace(/\/$/, ''),
      agent,
      get streams() {
        if (streams === undefined) {
          streams = dispatcherFor(way, null);
          made.push(streams);
        }
        return streams;
      },
    };
  };
  return {
    to(way: Way): Pools {
      if (open?.way === way) return open;
      const before = current;
      open = openTo(way);
      before.forEach(retire);
      return open;
    },
    async close(): Promise<void> {
      await Promise.all([...current, ...former].map((dispatcher) => dispatcher.destroy()));
    },
  };
};

/** Errors of connections on which no request was ever taken: sending it again does nothing twice. */
export const isUnreached = (error: unknown): boolean => {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
    const { code } = inner as NodeJS.ErrnoException;
    if (typeof code === 'string' && UNREACHED.test(code)) return true;
  }
  return false;
};

const UNREACHED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_SSL_.*|ERR_TLS_.*|CERT_.*|UNABLE_TO_.*|SELF_SIGNED_.*|DEPTH_ZERO_.*|HOSTNAME_MISMATCH)$/;
