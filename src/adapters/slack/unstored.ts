import type { Shown } from '../../ports/run-store.ts';
import { isEnd } from './thread-memory.ts';

/** What this process knows of what Slack shows, where the last write of it failed: it knows better than the store then, and posts nothing twice meanwhile. */
interface Unstored {
  /** What is stored, with what of it this process knows better: where a message stands, or what became of it. */
  recalled(id: string, stored: Shown): Shown;
  remembering(id: string, remember: (shown: Shown) => Promise<void>): (shown: Shown) => Promise<void>;
}

const MOST = 1_000;

export const createUnstored = (): Unstored => {
  const unstored = new Map<string, Shown>();
  return {
    recalled(id, stored) {
      const known = unstored.get(id);
      if (known === undefined) return stored;
      const better = Object.entries(known.replies).filter(([key, value]) => isEnd(value) && !isEnd(stored.replies[key]));
      return {
        ...stored,
        ...(stored.ts === undefined && known.ts !== undefined && stored.replacedAt === known.replacedAt ? { ts: known.ts } : {}),
        replies: { ...stored.replies, ...Object.fromEntries(better) },
      };
    },
    remembering: (id, remember) => async (shown) => {
      if (unstored.size >= MOST) unstored.clear();
      unstored.set(id, shown);
      await remember(shown);
      unstored.delete(id);
    },
  };
};
