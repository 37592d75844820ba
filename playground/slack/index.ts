import { once } from 'node:events';
import { createActor } from './actors/actor.ts';
import { homeOf } from './app-home.ts';
import type { FakeSlack, SlackOptions } from './contract.ts';
import { createDeliver } from './delivery.ts';
import type { MutableRecord } from './delivery.ts';
import { createFaultPlan } from './faults.ts';
import { createHttpDelivery } from './http-delivery.ts';
import { isTopLevel, messageOf, remove, repliesOf, shown } from './messages.ts';
import type { Channel } from './model.ts';
import { loadAssets } from './page/assets.ts';
import { startServer } from './server.ts';
import { createSocketMode } from './socket-mode.ts';
import { messageText, transcript, viewText } from './transcript/transcript.ts';
import { topView } from './view-stack.ts';
import { createWebApi } from './web-api/serve.ts';
import { createWorkspace } from './workspace.ts';

export type * from './contract.ts';

/** Starts a Slack on loopback that any Slack app can run against: Web API, Socket Mode, signed HTTP and a page for people. In memory; close() ends it. */
export const startSlack = async (options: SlackOptions): Promise<FakeSlack> => {
  const workspace = createWorkspace(options);
  const faults = createFaultPlan(options.random);
  const records: MutableRecord[] = [];
  const closing = new AbortController();
  const ways = { workspace, faults, records, closing: closing.signal };
  const socketMode = createSocketMode(ways);
  const deliver = createDeliver({ overSocket: socketMode.deliver, overHttp: createHttpDelivery(ways) });
  const actor = (userId: string) => createActor({ workspace, deliver, closing: closing.signal }, userId);
  const webApi = createWebApi({ workspace, issueSocketUrl: socketMode.issueUrl }, faults);
  const refreshSwitches = (): void => workspace.changed({ kind: 'switches' });
  const page = { workspace, options, actor, refreshSwitches, connections: socketMode.connections, assets: await loadAssets() };
  const server = await startServer({ workspace, webApi, socketMode, page }, options.port ?? 0);
  const address = server.address();
  const loopback = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  workspace.origin = options.origin ?? loopback;

  const channelOf = (id: string): Channel => {
    const channel = workspace.channels.get(id);
    if (!channel) throw new Error(`there is no channel ${id}`);
    return channel;
  };

  return {
    apiUrl: `${workspace.origin}/api/`,
    pageUrl: `${loopback}/`,
    botToken: workspace.botToken,
    appToken: workspace.appToken,
    signingSecret: workspace.signingSecret,
    faults: {
      next: faults.next,
      always: faults.always,
      sometimes: faults.sometimes,
      nextDelivery: faults.nextDelivery,
      disconnect: socketMode.disconnect,
      withholdHello: socketMode.withholdHello,
      dropConnections: socketMode.drop,
      clear: faults.clear,
    },
    calls: webApi.calls,
    deliveries: records,
    connections: socketMode.connections,
    actor,
    messages: (channelId) =>
      channelOf(channelId)
        .messages.filter((message) => isTopLevel(message) && !message.visibleTo)
        .map((message) => shown(workspace, message)),
    thread: (channelId, ts) => {
      const channel = channelOf(channelId);
      return [...channel.messages.filter((message) => message.ts === ts), ...repliesOf(channel, ts)].map((message) => shown(workspace, message));
    },
    ephemerals: (userId) =>
      [...workspace.channels.values()]
        .flatMap((channel) => channel.messages.filter((message) => message.visibleTo === userId))
        .map((message) => shown(workspace, message)),
    directMessages: (userId) =>
      ([...workspace.channels.values()].find((channel) => channel.isIm && channel.members[0] === userId)?.messages ?? []).map((message) =>
        shown(workspace, message),
      ),
    homeText: (userId) => viewText(workspace, homeOf(workspace, userId)),
    viewText: (userId) => viewText(workspace, topView(workspace, userId)),
    messageText: (channelId, ts) => messageText(workspace, channelId, ts),
    transcript: (channelId, { viewer } = {}) => transcript(workspace, channelId, viewer),
    onChange: workspace.onChange,
    setArchived: (channelId, archived) => {
      channelOf(channelId).isArchived = archived;
      workspace.changed({ kind: 'channel', channel: channelId });
    },
    setPosting: (channelId, posting) => void (channelOf(channelId).posting = posting),
    setScopes: (scopes) => void (workspace.scopes = scopes),
    setTokenError: (token, error) => {
      if (error === undefined) workspace.tokenErrors.delete(token);
      else workspace.tokenErrors.set(token, error);
    },
    removeMessage: (channelId, ts) => {
      const channel = channelOf(channelId);
      remove(workspace, channel, messageOf(channel, ts));
    },
    setTabs: (tabs) => void Object.assign(workspace.tabs, tabs),
    setMembers: (channelId, members) => {
      channelOf(channelId).members = members;
      workspace.changed({ kind: 'channel', channel: channelId });
    },
    setUsergroup: (id, users) => {
      const group = workspace.usergroups.get(id);
      if (!group) throw new Error(`there is no user group ${id}`);
      workspace.usergroups.set(id, { ...group, users });
    },
    disableUsergroup: (id) => {
      const group = workspace.usergroups.get(id);
      if (!group) throw new Error(`there is no user group ${id}`);
      workspace.usergroups.set(id, { ...group, isDisabled: true });
    },
    setPlan: (plan) => void (workspace.plan = plan),
    refreshSwitches,
    close: async () => {
      closing.abort();
      socketMode.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
