/** Processes that are killed: a worker is whichever works. */
export type Killed = 'bot' | 'worker';

/** A place in a deploy at which something leaves a process or comes back to it. */
export interface Boundary {
  readonly kind: 'write' | 'read' | 'tool' | 'redis' | 'slack';
  readonly of: Killed;
  /** What crosses it, without what differs from deploy to deploy: 'cluster-01 pgdist PATCH …'. */
  readonly name: string;
  /** 1 for the first time that it comes in a deploy. */
  readonly nth: number;
}

/** before: it has not left. after: all was done, and nobody was told. */
export type Side = 'before' | 'after';

export interface Strike {
  readonly boundary: Boundary;
  readonly side: Side;
}

/** Told of each crossing at both of its sides; the process may be gone when it answers 'is lost'. */
export type Sentry = (crossing: Omit<Boundary, 'nth' | 'of'> & { readonly process: string }, side: Side) => Promise<'goes on' | 'is lost'>;

export const keyOf = ({ kind, of, name }: Omit<Boundary, 'nth'>): string => `${kind} ${of} ${name}`;

export const titleOf = ({ boundary: { kind, of, name, nth }, side }: Strike): string => `${side} ${kind} ${nth} of the ${of}: ${name}`;

/** Names that somebody draws by lot, ids and numbers, as one word each. */
export const withoutChance = (text: string): string =>
  text
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, 'UUID')
    .replaceAll(/\br[a-z0-9]{4}\b/g, 'RUN')
    .replaceAll(/\b[0-9a-f]{16,64}\b/g, 'HEX')
    .replaceAll(/\d{4,}/g, '#')
    .replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?=$|[/?\s])/g, '-LOT');
