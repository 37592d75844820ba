import type { Shown } from '../../ports/run-store.ts';

/** What is shown so far. Each change is remembered before the next call of Slack, and what belongs together is one write. */
export interface Memory {
  shown(): Shown;
  keep(change: Partial<Shown>): Promise<void>;
  /** Drops fields, and replies by their keys. */
  forget(
    fields: readonly ('ts' | 'permalink' | 'cardHash' | 'editedAt' | 'refusal' | 'unsureAt')[],
    replies?: readonly string[],
    change?: Partial<Shown>,
  ): Promise<void>;
  /** Before a post: from now on it may be there without our knowing, and the edit `due` is to be made of it. */
  begin(key: string, due?: string): Promise<void>;
  /** Slack said that the post that was begun last was not made. */
  undo(key: string): Promise<void>;
  /** Where it stands, or a word for what became of it instead. */
  end(key: string, ts: string, change?: Partial<Shown>): Promise<void>;
  isEnded(key: string): boolean;
  tsOf(key: string): string | undefined;
  /** Posts that were begun, and of whose end nothing is known. */
  begunOf(key: string): number;
  /** It may be there without our knowing: begun, or the store may have lost that it was. */
  mayStand(key: string): boolean;
  /** Slack answered, though not with what became of the post: it is not carried out later. */
  answered(key: string): Promise<void>;
  /** Milliseconds for which what was sent may be carried out yet, whoever sent it; what is not there meanwhile may come. */
  underWayMs(key: string): number;
}

/** What stands for a reply that was not posted, and will not be: its edits find nothing to edit. */
export const NOT_POSTED = { carded: 'carded', uploaded: 'uploaded', whispered: 'whispered', refused: 'refused', lost: 'lost' } as const;

const PENDING = /^pending(?:-([1-9]\d{0,3}))?$/;
/** False for what is under way, and for what never began. */
export const isEnd = (value: string | undefined): boolean => value !== undefined && !PENDING.test(value);

const pending = (times: number): string => (times === 1 ? 'pending' : `pending-${times}`);

/** What was sent is carried out by then, or never: a call waits 10 s for its answer. Milliseconds. */
const CARRIED_OUT_MS = 15_000;

export const createMemory = (first: Shown, remember: (shown: Shown) => Promise<void>, now: () => Date): Memory => {
  let shown = first;
  const store = async (next: Shown): Promise<void> => {
    shown = next;
    await remember(next);
  };
  const begunOf = (key: string): number => {
    const value = shown.replies[key];
    const [whole, times = '1'] = PENDING.exec(value ?? '') ?? [];
    return whole === undefined ? 0 : Number(times);
  };
  const settled = (key: string): Shown => {
    const { begun: { [key]: at, ...others } = {}, ...rest } = shown;
    return at === undefined ? shown : { ...rest, ...(Object.keys(others).length === 0 ? {} : { begun: others }) };
  };
  const without = (replies: Shown['replies'], keys: readonly string[]): Shown['replies'] =>
    Object.fromEntries(Object.entries(replies).filter(([key]) => !keys.includes(key)));
  return {
    shown: () => shown,
    keep: (change) => store({ ...shown, ...change }),
    forget(fields, replies = [], change = {}) {
      const rest = { ...shown, ...change, replies: without(shown.replies, replies) };
      for (const field of fields) delete rest[field];
      return store(rest);
    },
    begin: (key, due) =>
      store({
        ...shown,
        begun: { ...shown.begun, [key]: now().toISOString() },
        replies: { ...(due === undefined ? {} : { [due]: pending(1) }), ...shown.replies, [key]: pending(begunOf(key) + 1) },
      }),
    undo(key) {
      const before = begunOf(key) - 1;
      return store({ ...settled(key), replies: before > 0 ? { ...shown.replies, [key]: pending(before) } : without(shown.replies, [key]) });
    },
    end: (key, ts, change = {}) => store({ ...settled(key), ...change, replies: { ...shown.replies, ...change.replies, [key]: ts } }),
    isEnded: (key) => isEnd(shown.replies[key]),
    tsOf(key) {
      const value = shown.replies[key];
      return value !== undefined && /^\d+\.\d+$/.test(value) ? value : undefined;
    },
    begunOf,
    mayStand: (key) => begunOf(key) > 0 || (shown.replies[key] === undefined && shown.isRestored === true),
    answered: (key) => (shown.begun?.[key] === undefined ? Promise.resolve() : store(settled(key))),
    underWayMs(key) {
      const at = shown.begun?.[key] ?? (shown.replies[key] === undefined ? shown.restoredAt : undefined);
      return at === undefined ? 0 : Math.max(0, Date.parse(at) + CARRIED_OUT_MS - now().getTime());
    },
  };
};
