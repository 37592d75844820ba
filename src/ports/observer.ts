import type { ReplicationTable } from '../domain/replication.ts';

/** What was seen of a database by a look, asked for or not. */
interface Seen {
  readonly fleet: string;
  readonly database: string;
  readonly healthy: boolean;
  /** ISO instant. */
  readonly at: string;
  readonly replication?: ReplicationTable | undefined;
}

/** Hears of every look; whatever it makes of it, it does not reject. */
export type Observer = (seen: Seen) => void;

/** What ends by itself (a licence, a certificate, keys) in a fleet, each time that all of it was looked for. */
export type EndsObserver = (
  fleet: string,
  ends: readonly { readonly key: string; readonly cluster: string; readonly notAfter: Date }[],
  at: Date,
) => void;

/** A call of a cluster that ended, milliseconds with all its attempts; `pod`: it went on to a kubelet. */
export type CallObserver = (call: {
  readonly cluster: string;
  readonly kind: 'read' | 'write' | 'pod';
  readonly tookMs: number;
  readonly error?: unknown;
}) => void;
