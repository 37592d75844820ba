import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Change, SlackOptions, SlackUser, SlackUsergroup } from './contract.ts';
import { newImId, newSecret, timestamps } from './ids.ts';
import { channelFrom } from './model.ts';
import type { Channel, StoredFile, View } from './model.ts';
import { SlackError } from './slack-error.ts';
import { createTickets } from './tickets.ts';
import type { Tickets } from './tickets.ts';

/** Everything this Slack knows. Functions on it live beside what they are about: messages.ts, view-stack.ts, web-api/. */
export interface Workspace {
  readonly options: SlackOptions;
  readonly clock: Clock;
  readonly timeZone: string;
  /** http://127.0.0.1:PORT, or where a proxy stands in front; set when the server listens. */
  origin: string;
  readonly botId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** The `token` member of payloads, which Slack deprecated and still sends. */
  readonly verificationToken: string;
  readonly users: Map<string, SlackUser>;
  readonly usergroups: Map<string, SlackUsergroup>;
  /** What is paid for; free has no user groups. */
  plan: 'free' | 'paid';
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, StoredFile>;
  /** Modals of each person, the top last. */
  readonly views: Map<string, View[]>;
  /** What the app published on the Home tab of each person. */
  readonly homes: Map<string, View>;
  readonly tickets: Tickets;
  /** The tabs of the app: without one, nothing is published on it, or posted into it. */
  readonly tabs: { home: boolean; messages: boolean };
  /** What the app may do; undefined: every scope that a method here asks for. */
  scopes: readonly string[] | undefined;
  /** What is answered to a token that was good once. */
  readonly tokenErrors: Map<'bot' | 'app', string>;
  nextTs(): string;
  changed(change: Change): void;
  onChange(listener: (change: Change) => void): () => void;
}

const strangersTeam = 'T0ELSEWHERE';

export const createWorkspace = (options: SlackOptions): Workspace => {
  const clock = options.clock ?? systemClock;
  const listeners = new Set<(change: Change) => void>();
  return {
    options,
    clock,
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    origin: '',
    botId: `B${options.app.botUserId.slice(1)}`,
    botToken: `xoxb-${newSecret()}`,
    appToken: `xapp-1-${options.app.appId}-${newSecret()}`,
    signingSecret: newSecret(),
    verificationToken: newSecret(),
    users: new Map([...options.users, botUser(options), slackbot].map((user) => [user.id, user])),
    usergroups: new Map((options.usergroups ?? []).map((group) => [group.id, group])),
    plan: options.team.plan ?? 'paid',
    channels: new Map(options.channels.map((channel) => [channel.id, channelFrom(channel)])),
    files: new Map(),
    views: new Map(),
    homes: new Map(),
    tickets: createTickets(clock, options.triggerLifeMs ?? 3000),
    tabs: { home: options.app.homeTab ?? false, messages: options.app.messagesTab ?? true },
    scopes: options.app.scopes,
    tokenErrors: new Map(),
    nextTs: timestamps(clock),
    changed: (change) => {
      for (const listener of listeners) listener(change);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

/** Slack's own voice, a member of every workspace. */
const slackbot: SlackUser = { id: 'USLACKBOT', name: 'slackbot', realName: 'Slackbot', flags: ['bot'] };

const botUser = ({ app }: SlackOptions): SlackUser => ({ id: app.botUserId, name: app.botName, realName: app.botName, flags: ['bot'] });

export const userOf = (workspace: Workspace, id: string): SlackUser => {
  const user = workspace.users.get(id);
  if (!user) throw new SlackError('user_not_found');
  return user;
};

export const teamOfUser = (workspace: Workspace, user: SlackUser): string =>
  user.teamId ?? (user.flags?.includes('stranger') ? strangersTeam : workspace.options.team.id);

/** A channel that the bot can see: private ones only as a member. Takes names with # too, as chat.postMessage does. */
export const channelOf = (workspace: Workspace, given: string): Channel => {
  const bot = workspace.options.app.botUserId;
  const channel =
    workspace.channels.get(given) ??
    [...workspace.channels.values()].find(({ name, isIm }) => !isIm && `#${name}` === given) ??
    (workspace.users.has(given) && given !== bot ? directChannel(workspace, given) : undefined);
  if (!channel || (channel.isPrivate && !channel.members.includes(bot))) throw new SlackError('channel_not_found');
  return channel;
};

/** The direct conversation between the person and the bot, made when first needed. */
export const directChannel = (workspace: Workspace, userId: string): Channel => {
  const existing = [...workspace.channels.values()].find((channel) => channel.isIm && channel.members[0] === userId);
  if (existing) return existing;
  const channel: Channel = {
    ...channelFrom({ id: newImId(), name: 'directmessage', members: [userId, workspace.options.app.botUserId] }),
    isIm: true,
  };
  workspace.channels.set(channel.id, channel);
  workspace.changed({ kind: 'channel', channel: channel.id, user: userId });
  return channel;
};
