import { newEventId } from '../ids.ts';
import type { Workspace } from '../workspace.ts';
import type { ActorDeps } from './deps.ts';

/** Slack tries an unacknowledged event again at once, after a minute and after five. */
const retryAfterMs = [0, 60_000, 300_000];

/** An event as it is sent to the app that subscribed to it; `more` stands beside the event. */
export const eventCallback = (workspace: Workspace, event: object, more: object = {}): Record<string, unknown> => ({
  token: workspace.verificationToken,
  team_id: workspace.options.team.id,
  api_app_id: workspace.options.app.appId,
  event,
  type: 'event_callback',
  event_id: newEventId(),
  event_time: Math.trunc(workspace.clock.now().getTime() / 1000),
  ...more,
  authorizations: [
    {
      enterprise_id: workspace.options.team.enterprise?.id ?? null,
      team_id: workspace.options.team.id,
      user_id: workspace.options.app.botUserId,
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
});

/** Resolves when the app acknowledged it, or Slack gives it up. */
export const sendEvent = async ({ workspace, deliver, closing }: ActorDeps, payload: Record<string, unknown>): Promise<void> => {
  const parcel = { kind: 'events_api', payload, url: workspace.options.app.eventsUrl } as const;
  let receipt = await deliver(parcel);
  for (const [index, delayMs] of retryAfterMs.entries()) {
    if (receipt.result === 'acknowledged' || closing.aborted) return;
    try {
      await workspace.clock.sleep(delayMs, closing);
    } catch {
      return;
    }
    receipt = await deliver({ ...parcel, retry: { number: index + 1, reason: receipt.result === 'operation_timeout' ? 'timeout' : 'http_error' } });
  }
};
