import type { Redis } from 'ioredis';
import type { CancelChannel } from '../../ports/cancel-channel.ts';
import type { Keys } from './keys.ts';

/** `subscriber` is used for nothing else: a subscribed connection takes no other commands. Resolves when subscribed. */
export const redisCancelChannel = async ({ subscriber, keys }: { readonly subscriber: Redis; readonly keys: Keys }): Promise<CancelChannel> => {
  const listeners = new Map<string, Set<() => void>>();
  subscriber.on('message', (_channel: string, runId: string) => {
    for (const listener of listeners.get(runId) ?? []) listener();
  });
  await subscriber.subscribe(keys.cancelChannel);
  return {
    listen(runId, onCancel) {
      const mine = listeners.get(runId) ?? new Set();
      listeners.set(runId, mine.add(onCancel));
      return () => {
        mine.delete(onCancel);
        if (mine.size === 0) listeners.delete(runId);
      };
    },
  };
};
