import type { Actor, ShownView } from '../contract.ts';
import { homeOf } from '../app-home.ts';
import type { Channel, View } from '../model.ts';
import { topView } from '../view-stack.ts';
import { userOf } from '../workspace.ts';
import { clickInHome, clickInMessage, clickInView } from './click.ts';
import { runCommand } from './command.ts';
import type { ActorDeps } from './deps.ts';
import { openApp } from './open-home.ts';
import { say } from './say.ts';
import { closeView, submitView } from './submit-view.ts';

export const createActor = (deps: ActorDeps, userId: string): Actor => {
  const { workspace } = deps;
  userOf(workspace, userId);
  const channelOf = (id: string): Channel => {
    const channel = workspace.channels.get(id);
    if (!channel) throw new Error(`there is no channel ${id}`);
    return channel;
  };
  return {
    command: async (channelId, text, options) => runCommand(deps, userId, channelOf(channelId), text, options?.threadTs),
    say: async (channelId, text, options) => say(deps, userId, channelOf(channelId), text, options?.threadTs),
    click: async (channelId, messageTs, actionId, options) => clickInMessage(deps, userId, { channelId, messageTs, actionId, ...options }),
    clickInView: async (actionId) => clickInView(deps, userId, actionId),
    openApp: async (tab = 'home') => openApp(deps, userId, tab),
    home: () => shownView(homeOf(workspace, userId)),
    clickInHome: async (actionId, options) => clickInHome(deps, userId, { actionId, ...options }),
    view: () => shownView(topView(workspace, userId)),
    submitView: async (values) => submitView(deps, userId, values),
    closeView: async () => closeView(deps, userId),
  };
};

const shownView = (view: View | undefined): ShownView | undefined =>
  view && {
    id: view.id,
    callbackId: view.definition.callback_id ?? '',
    title: view.definition.title?.text ?? '',
    blocks: view.definition.blocks,
    privateMetadata: view.definition.private_metadata ?? '',
  };
