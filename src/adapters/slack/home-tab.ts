import { createHash } from 'node:crypto';
import type { Visitor } from '../../domain/home.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HomeTab } from '../../ports/homes.ts';
import type { Log } from '../../ports/log.ts';
import type { Shown } from '../../ports/run-store.ts';
import type { SafeClient } from './clients.ts';
import { homeView } from './render/home.ts';
import { againAfterMs, failureWords, slackFailure } from './slack-failure.ts';

interface HomeTabDeps {
  readonly client: SafeClient;
  readonly clock: Clock;
  readonly log: Log;
}

export const createHomeTab = ({ client, clock, log }: HomeTabDeps): HomeTab => ({
  async show(visitor, content, shown) {
    const now = clock.now().toISOString();
    const cardHash = createHash('sha256')
      .update(JSON.stringify(homeView(content)))
      .digest('hex')
      .slice(0, 16);
    if (cardHash === shown.cardHash && isSince(visitor, shown)) return { shown };
    try {
      await client.views.publish({ user_id: visitor.userId, view: homeView(client.redactor.value(content), now) });
      return { shown: { ...shown, cardHash, editedAt: now } };
    } catch (error) {
      const failure = slackFailure(error);
      if (failure === undefined) throw error;
      log.warn({ userId: visitor.userId, error: failureWords(failure) }, 'slack did not take a Home tab');
      // Opened again, it is tried again.
      return failure.kind === 'refused' ? { shown } : { shown, againMs: againAfterMs(failure) };
    }
  },
});

/** Published since it was opened last. */
const isSince = ({ openedAt }: Visitor, { editedAt }: Shown): boolean => editedAt !== undefined && editedAt >= openedAt;
