import { isTerminal, type Run } from './run.ts';
import { code, moment, phrase, type Phrase, type Text, told } from './text.ts';

/** No worker process is alive. */
export interface Absence {
  /** ISO instant at which the last one was heard last, by its own clock; absent: none was ever heard. */
  readonly since?: string;
  /** ISO instant at which it was noticed: who asked later was told with the acknowledgement. */
  readonly noticedAt: string;
  /** Namespace of pgdist's own pods, where it runs in a cluster. */
  readonly namespace?: string;
}

/** What is known of the workers now. not-known: nobody could listen for as long as a worker may be silent. */
export type WorkersKnown = { readonly kind: 'alive' } | { readonly kind: 'not-known' } | ({ readonly kind: 'none' } & Absence);

/** False for a run that waits for a person, or for nobody. */
export const needsWorker = ({ state }: Pick<Run, 'state'>): boolean => !isTerminal(state) && state !== 'awaiting-approval';

/** 'No worker has been alive since 14:02:11' */
export const noWorker = ({ since }: Absence): Phrase =>
  since === undefined ? phrase`No worker has been heard of yet` : phrase`No worker has been alive since ${moment(since)}`;

/** What becomes of a run meanwhile. */
export const runMeanwhile = ({ id, state }: Pick<Run, 'id' | 'state'>): Phrase =>
  state === 'cancelling'
    ? phrase`Run ${code(id)} is stopping; that ends when one starts, and pgdist changes nothing until then.`
    : phrase`Run ${code(id)} is kept and goes on when one starts; pgdist changes nothing until then.`;

/** Whom to wake, and where they look. */
export const startWorkers = ({ namespace }: Absence): Phrase =>
  namespace === undefined
    ? phrase`Whoever runs pgdist has to start one; the log of the last one says why it ended.`
    : phrase`Where pgdist runs, ${code(`kubectl -n ${namespace} get pods -l app.kubernetes.io/component=worker`)} shows why none is there.`;

/** All of it, for who asked. */
export const absenceTold = (absence: Absence, run: Pick<Run, 'id' | 'state'>): Text =>
  told`**Nobody works on it.** ${noWorker(absence)}. ${runMeanwhile(run)} ${startWorkers(absence)} ${code('/pgdist help PGD-094')} tells more.`;
