import { homeOf } from '../app-home.ts';
import { viewShape } from '../web-api/shapes.ts';
import { directChannel, userOf } from '../workspace.ts';
import type { ActorDeps } from './deps.ts';
import { eventCallback, sendEvent } from './events.ts';

/** The person opens the app: at its Home tab, where it has one and is told so if it subscribed to that, or at its messages. */
export const openApp = async (deps: ActorDeps, userId: string, tab: 'home' | 'messages'): Promise<void> => {
  const { workspace } = deps;
  const { app } = workspace.options;
  userOf(workspace, userId);
  if (tab === 'home' && !workspace.tabs.home) throw new Error('the app has no Home tab');
  if (!(app.events ?? []).includes('app_home_opened')) return;
  const view = tab === 'home' ? homeOf(workspace, userId) : undefined;
  await sendEvent(
    deps,
    eventCallback(workspace, {
      type: 'app_home_opened',
      user: userId,
      channel: directChannel(workspace, userId).id,
      tab,
      ...(view === undefined ? {} : { view: viewShape(workspace, view) }),
      event_ts: workspace.nextTs(),
    }),
  );
};
