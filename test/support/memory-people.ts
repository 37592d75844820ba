import type { Visitor } from '../../src/domain/home.ts';
import type { Directs } from '../../src/ports/directs.ts';
import type { Homes, HomeTab, Preferences } from '../../src/ports/homes.ts';

/** Homes and preferences in memory, under the contract of the ports. `changes`: how often tabs were told of a change. */
export const memoryPeople = (): {
  readonly homes: Homes & { changes(): number };
  readonly preferences: Preferences;
  readonly homeTab: HomeTab;
  readonly directs: Directs;
} => {
  const visitors = new Map<string, Visitor>();
  const off = new Set<string>();
  let changes = 0;
  return {
    homes: {
      opened: async (visitor) => void visitors.set(visitor.userId, visitor),
      visitor: async (userId) => visitors.get(userId),
      forget: async (userId) => void visitors.delete(userId),
      changed: async () => void (changes += 1),
      changes: () => changes,
    },
    preferences: {
      notified: async (userId) => !off.has(userId),
      setNotified: async (userId, notified) => void (notified ? off.delete(userId) : off.add(userId)),
    },
    homeTab: { show: async (_visitor, _content, shown) => ({ shown }) },
    directs: { show: async (_direct, shown) => ({ shown }) },
  };
};
