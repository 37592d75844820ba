import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { stampOf } from './file-stamps.ts';
import { authorityOf, filesNamedBy, givenCredentials, type GivenCredentials } from './given-credentials.ts';
import type { OneContext } from './kube-config.ts';
import { addressOf } from './server-address.ts';

/** A context with the files that it names, all read at one time. */
export interface Reading {
  readonly one: OneContext;
  /** URL to which paths are appended, whether it is TLS, and the login that it holds. */
  readonly address: Extract<ReturnType<typeof addressOf>, { kind: 'address' }>;
  readonly given: GivenCredentials;
  /** PEM of the cluster's authority. */
  readonly caPem: string | undefined;
}

interface KubeConfigReader {
  /** The same object as long as the files say the same. Throws KubeConfigError. */
  read(): Promise<Reading>;
  /** The next read looks into the files, whatever their times say. */
  forget(): void;
}

/** Whoever writes a file may be in the middle of it: what was right before is tried again so often before anybody is told. */
const PAUSES_MS = [50, 150, 300, 500];
const NOTHING: GivenCredentials = { authorization: undefined, cert: undefined, key: undefined };

export const createKubeConfigReader = (first: OneContext): KubeConfigReader => {
  let one = first;
  let held: { readonly stamp: string; readonly reading: Reading } | undefined;
  let forgotten = false;
  const stamp = (): string => stampOf([...one.files, ...filesNamedBy(one)]);

  const readNow = (): Reading => {
    // Before the files are read: what is written in between is seen at the next look.
    const before = stampOf(one.files);
    if (held !== undefined) one = one.again();
    const after = stampOf(filesNamedBy(one));
    const reading = readingOf(one);
    const same = held !== undefined && isSame(held.reading, reading) ? held.reading : reading;
    held = { stamp: [before, after].filter((part) => part !== '').join(' '), reading: same };
    forgotten = false;
    return same;
  };
  return {
    async read() {
      if (held !== undefined && !forgotten && held.stamp === stamp()) return held.reading;
      if (held === undefined) return readNow();
      for (const pauseMs of PAUSES_MS) {
        try {
          return readNow();
        } catch {
          await delay(pauseMs);
        }
      }
      return readNow();
    },
    forget() {
      forgotten = true;
    },
  };
};

const readingOf = (one: OneContext): Reading => {
  const address = addressOf(one.cluster.server);
  if (address.kind === 'refused') throw new Error(`the server of a kubeconfig that was checked ${address.reason}`);
  // As client-go: nothing is shown to a server without TLS, and no file of it is read.
  if (!address.secure) return { one, address, given: NOTHING, caPem: undefined };
  return { one, address, given: givenCredentials(one), caPem: authorityOf(one) };
};

const isSame = (before: Reading, now: Reading): boolean => {
  const parts = ({ one: { context, cluster, user }, given, caPem }: Reading): unknown => [context, cluster, user, given, caPem];
  return isDeepStrictEqual(parts(before), parts(now));
};
