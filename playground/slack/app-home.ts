import { newSecret, newViewId } from './ids.ts';
import type { View, ViewDefinition } from './model.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

/** What the app published on this person's Home tab. */
export const homeOf = (workspace: Workspace, userId: string): View | undefined => workspace.homes.get(userId);

/** One view for each person, replaced by each call. Throws not_enabled, or hash_conflict when `hash` is given and another view stands there. */
export const publishHome = (workspace: Workspace, userId: string, definition: ViewDefinition, hash?: string): View => {
  if (!workspace.tabs.home) throw new SlackError('not_enabled');
  const before = homeOf(workspace, userId);
  if (hash !== undefined && hash !== before?.hash) throw new SlackError('hash_conflict');
  const id = before?.id ?? newViewId();
  const view = { id, user: userId, definition, hash: hashNow(workspace), rootId: id, previousId: undefined };
  workspace.homes.set(userId, view);
  workspace.changed({ kind: 'home', user: userId });
  return view;
};

/** New with every change of a view. */
export const hashNow = (workspace: Workspace): string => `${Math.trunc(workspace.clock.now().getTime() / 1000)}.${newSecret().slice(0, 8)}`;
