import type { ApiObject } from '../object.ts';

export interface StoredEvent {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
  /** As it was before; absent when it was added. */
  readonly previous?: ApiObject;
}

/** etcd keeps five minutes of history; a playground's watches never lag by this many changes. */
const KEPT_EVENTS = 4096;

/** Changes of one collection, from which watches resume. */
export interface EventLog {
  add(event: StoredEvent): void;
  /** Events after the revision, oldest first; undefined when some of them are no longer kept. */
  after(revision: number): readonly StoredEvent[] | undefined;
}

export const createEventLog = (): EventLog => {
  let events: StoredEvent[] = [];
  let dropped = 0;
  return {
    add(event) {
      events.push(event);
      if (events.length > KEPT_EVENTS * 2) {
        dropped = events[KEPT_EVENTS - 1]?.revision ?? dropped;
        events = events.slice(KEPT_EVENTS);
      }
    },
    after(revision) {
      if (revision < dropped) return undefined;
      let start = events.length;
      while (start > 0 && (events[start - 1]?.revision ?? 0) > revision) start -= 1;
      return events.slice(start);
    },
  };
};
