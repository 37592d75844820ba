import type { Lead } from './look.ts';
import type { Actor } from './run.ts';

/** How much it matters: an episode only ever grows. */
export type Severity = 'unknown' | 'ill' | 'danger';

/** Where an alert stands: in the channel, or in a thread of it. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
}

/** Alerts of a database that a person does not want to be told, until an instant. Dangers are told all the same. */
export interface Mute {
  readonly by: Actor;
  /** ISO instants. */
  readonly at: string;
  readonly until: string;
  readonly reason?: string;
}

/** Since when a verdict lasts. reported: somebody says that it began then; otherwise a look saw it first then, and it may have begun before. */
export interface Beginning {
  readonly at: string;
  readonly reported: boolean;
  /** ISO instant of the last look that saw the database well. */
  readonly wellAt?: string;
}

/** How an alert ended. grew: what it was about became worse, which is told in an alert of its own. unwatched: nobody looks any more. */
export interface AlertEnd {
  readonly how: 'well' | 'grew' | 'unwatched';
  /** ISO instant. */
  readonly at: string;
}

/** One message that nobody asked for: opened once, edited while it lasts, closed once. Told as the record of it says, as often as that changes. */
export interface Alert {
  readonly id: string;
  /** Of the database, or of what a notice is about; absent in what a former version stored. */
  readonly fleet?: string;
  readonly database: string;
  /** notice: no verdict about a database, told so that somebody acts in time. */
  readonly severity: Severity | 'notice';
  readonly lead: Lead;
  readonly others: number;
  /** What was known before nobody could be asked any more. */
  readonly known?: Lead;
  readonly began: Beginning;
  /** ISO instant at which it was decided to tell it. */
  readonly openedAt: string;
  /** ISO instant of the newest look that this tells of. */
  readonly seenAt: string;
  readonly places: readonly Place[];
  readonly mute?: Mute;
  readonly ended?: AlertEnd;
}

/** Milliseconds that it lasts so far, or lasted. */
export const lastedMs = ({ began, seenAt, ended }: Pick<Alert, 'began' | 'seenAt' | 'ended'>): number =>
  Math.max(0, Date.parse(ended?.at ?? seenAt) - Date.parse(began.at));

/** True for an id of an alert: no run has one like it. */
export const isAlertId = (id: string): boolean => id.startsWith('alert-');

export const isMuted = (mute: Mute | undefined, now: string): mute is Mute => mute !== undefined && now < mute.until;
