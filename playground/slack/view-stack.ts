import { hashNow } from './app-home.ts';
import { newViewId } from './ids.ts';
import type { View, ViewDefinition } from './model.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

/** Modals a person may have on top of each other. */
const maxStack = 3;

export const topView = (workspace: Workspace, userId: string): View | undefined => workspace.views.get(userId)?.at(-1);

/** Opens a modal as the only one. */
export const openView = (workspace: Workspace, userId: string, definition: ViewDefinition): View => {
  const id = newViewId();
  const view: View = { id, user: userId, definition, hash: hashNow(workspace), rootId: id, previousId: undefined };
  setStack(workspace, userId, [view]);
  return view;
};

export const pushView = (workspace: Workspace, userId: string, definition: ViewDefinition): View => {
  const stack = workspace.views.get(userId) ?? [];
  if (stack.length >= maxStack) throw new SlackError('push_limit_reached');
  const id = newViewId();
  const view: View = { id, user: userId, definition, hash: hashNow(workspace), rootId: stack[0]?.id ?? id, previousId: stack.at(-1)?.id };
  setStack(workspace, userId, [...stack, view]);
  return view;
};

/** Throws not_found, or hash_conflict when `hash` is given and the view has changed since. */
export const updateView = (
  workspace: Workspace,
  find: { readonly viewId?: string | undefined; readonly externalId?: string | undefined },
  definition: ViewDefinition,
  hash?: string,
): View => {
  const view = [...[...workspace.views.values()].flat(), ...workspace.homes.values()].find((other) =>
    find.viewId ? other.id === find.viewId : find.externalId !== undefined && other.definition.external_id === find.externalId,
  );
  if (!view) throw new SlackError('not_found');
  if (hash !== undefined && hash !== view.hash) throw new SlackError('hash_conflict');
  view.definition = definition;
  view.hash = hashNow(workspace);
  workspace.changed({ kind: view.definition.type === 'home' ? 'home' : 'view', user: view.user });
  return view;
};

export const closeTop = (workspace: Workspace, userId: string): void => setStack(workspace, userId, workspace.views.get(userId)?.slice(0, -1) ?? []);

export const clearViews = (workspace: Workspace, userId: string): void => setStack(workspace, userId, []);

const setStack = (workspace: Workspace, userId: string, stack: View[]): void => {
  workspace.views.set(userId, stack);
  workspace.changed({ kind: 'view', user: userId });
};
