import type { Clock } from './clock.ts';
import type { Block } from './block.ts';

/** guest: multi-channel guest; stranger: of another workspace, through Slack Connect. */
export type UserFlag = 'bot' | 'guest' | 'single-channel-guest' | 'stranger' | 'deleted' | 'admin' | 'owner';

export interface SlackUser {
  readonly id: string;
  /** Handle, without @. */
  readonly name: string;
  readonly realName: string;
  /** CSS colour of the avatar; absent: derived from the id. */
  readonly color?: string;
  readonly flags?: readonly UserFlag[];
  /** Workspace of the person; absent: this one, and another one for a stranger. */
  readonly teamId?: string;
  /** In an Enterprise organisation: all workspaces of it that the person is a member of; absent: the one above. */
  readonly teams?: readonly string[];
}

export interface SlackChannel {
  readonly id: string;
  /** Without #. */
  readonly name: string;
  /** User ids; the bot hears and posts only where its own user id is one of them. */
  readonly members: readonly string[];
  readonly isExtShared?: boolean;
  readonly isPrivate?: boolean;
  readonly isArchived?: boolean;
  /** Absent: everybody. */
  readonly posting?: Posting;
  readonly topic?: string;
  /** A sentence that the page shows while nobody has written, with lines to send for a start. */
  readonly welcome?: string;
  readonly suggestions?: readonly string[];
}

/** Who may write where, as its administrators set it: each but the first refuses an app by a name of its own. */
export type Posting = 'everybody' | 'restricted' | 'read-only' | 'threads-only' | 'no-threads';

export interface SlackUsergroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
  /** True: nobody can mention it, and it is told only to who asks for disabled ones, too. */
  readonly isDisabled?: boolean;
}

export interface SlackCommand {
  /** With the slash. */
  readonly command: string;
  /** Absent: delivered over Socket Mode. */
  readonly requestUrl?: string;
  readonly description?: string;
  readonly usageHint?: string;
  /** Manifest's should_escape: typed @user and #channel become ids. Absent: true. */
  readonly shouldEscape?: boolean;
}

/** One line of the panel beside the page. `state` is shown; on and off make it a toggle, which shows `words`, unless `action` names a button. */
export interface Switch {
  readonly id: string;
  readonly label: string;
  readonly state: string;
  readonly description?: string;
  /** What the toggle's state comes to: 'runs', 'stopped'. Absent: on, off. */
  readonly words?: string;
  /** Label of the button. */
  readonly action?: string;
  /** What the person is asked before the button does it. */
  readonly asks?: string;
  readonly tone?: 'good' | 'bad' | 'busy' | 'neutral';
}

export interface SwitchPanel {
  readonly title: string;
  readonly groups: readonly {
    readonly title: string;
    readonly note?: string;
    /** Shown by its title alone until it is opened. */
    readonly folded?: boolean;
    readonly switches: readonly Switch[];
  }[];
}

export interface SlackOptions {
  /** Loopback port; absent: any free one. */
  readonly port?: number;
  /** Where apps reach it by way of a proxy, https://10.0.0.1:8443: stands in every URL that they are given. Absent: loopback. */
  readonly origin?: string;
  readonly team: {
    readonly id: string;
    readonly name: string;
    readonly domain: string;
    /** free: the workspace has no user groups. Absent: paid. */
    readonly plan?: 'free' | 'paid';
    /** The Enterprise organisation that the workspace is part of. Everybody but strangers belongs to it. */
    readonly enterprise?: { readonly id: string; readonly name: string };
  };
  readonly users: readonly SlackUser[];
  readonly channels: readonly SlackChannel[];
  readonly usergroups?: readonly SlackUsergroup[];
  readonly app: {
    readonly appId: string;
    readonly botUserId: string;
    readonly botName: string;
    /** Absent: every scope that a method here asks for. */
    readonly scopes?: readonly string[];
    /** Absent: app_mention. */
    readonly events?: readonly string[];
    readonly eventsUrl?: string;
    /** Manifest's home_tab_enabled. Absent: false, as in Slack. */
    readonly homeTab?: boolean;
    /** Manifest's messages_tab_enabled. Absent: true, as in Slack. */
    readonly messagesTab?: boolean;
  };
  readonly commands: readonly SlackCommand[];
  /** Absent: clicks and submissions go over Socket Mode. */
  readonly interactivityUrl?: string;
  readonly clock?: Clock;
  /** In [0, 1); chooses the Socket Mode connection of each delivery. */
  readonly random?: () => number;
  /** How long an app may take to acknowledge. Slack's: 3000. */
  readonly ackTimeoutMs?: number;
  /** Slack's: 3000. */
  readonly triggerLifeMs?: number;
  /** What Slack sends and its pages do not name: the thread in the container of a click. Absent: sent. */
  readonly undocumented?: 'sent' | 'left-out';
  /** tiers: Slack's limits per method a minute, and one post a second per channel with short bursts. */
  readonly rateLimits?: 'off' | 'tiers';
  /** For times in texts; absent: the zone of this process. */
  readonly timeZone?: string;
  readonly switches?: () => Promise<SwitchPanel>;
  /** value: the wanted state of a toggle (on, off), or pressed. */
  readonly onSwitch?: (id: string, value: string) => Promise<void>;
}

/** What came of handing something to the app: acknowledged with `ack`, or what Slack tells the person. */
export type Outcome =
  | { readonly result: 'acknowledged'; readonly ack: unknown }
  | { readonly result: 'operation_timeout' | 'dispatch_failed' | 'not_in_thread' | 'unknown_command' | 'not_a_member'; readonly shown: string };

export type SubmitOutcome =
  | Outcome
  /** By the person's client, before the app sees it, or by the app's response_action errors. */
  | { readonly result: 'invalid'; readonly errors: Readonly<Record<string, string>> };

/** A person at their client. */
export interface Actor {
  /** `text` is the whole line, '/pgdist status'. threadTs: typed in the composer of a thread, which Slack refuses. */
  command(channelId: string, text: string, options?: { readonly threadTs?: string }): Promise<Outcome>;
  /** Posts as the person; a mention of the bot becomes app_mention. Returns the ts. */
  say(channelId: string, text: string, options?: { readonly threadTs?: string }): Promise<string>;
  /**
   * Presses a button of a message (or ephemeral) that has it now or had it before an edit, as a client does that has not caught up.
   * `value` forges the button's value; `select` chooses an option of a select or overflow menu. Throws when the button never existed.
   */
  click(
    channelId: string,
    messageTs: string,
    actionId: string,
    options?: { readonly value?: string; readonly select?: string; readonly blockId?: string },
  ): Promise<Outcome>;
  /** Same for a button inside the person's open modal. */
  clickInView(actionId: string): Promise<Outcome>;
  /** Opens the app at its Home tab, or at its messages; resolves when the app heard of it. Throws when it has no Home tab. */
  openApp(tab?: 'home' | 'messages'): Promise<void>;
  /** What the app published on the person's Home tab. */
  home(): ShownView | undefined;
  /** Same as `click`, for the person's Home tab as it is now. */
  clickInHome(actionId: string, options?: { readonly blockId?: string; readonly value?: string; readonly select?: string }): Promise<Outcome>;
  /** Modal on top of the person's stack. */
  view(): ShownView | undefined;
  /** Submits the modal on top. `values`: by block_id, a text, or the values of the chosen options. */
  submitView(values: Readonly<Record<string, string | readonly string[]>>): Promise<SubmitOutcome>;
  closeView(): Promise<void>;
}

export interface ShownView {
  readonly id: string;
  readonly callbackId: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly privateMetadata: string;
}

export interface ShownFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly content: Buffer;
}

export interface ShownMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly edited: boolean;
  readonly replyCount: number;
  readonly metadata?: unknown;
  readonly files: readonly ShownFile[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  /** Only this person sees it. */
  readonly visibleTo?: string;
}

export interface Change {
  readonly kind: 'posted' | 'edited' | 'deleted' | 'reacted' | 'view' | 'home' | 'connection' | 'switches' | 'channel';
  readonly channel?: string;
  readonly ts?: string;
  /** Only this person sees the change. */
  readonly user?: string;
}

/** A call of the Web API, or under `response_url` and `upload` a POST to one of those addresses. */
export interface ApiCall {
  readonly method: string;
  readonly channel?: string;
  readonly at: Date;
  readonly ok: boolean;
  readonly error?: string;
}

export interface DeliveryRecord {
  readonly kind: 'slash_commands' | 'interactive' | 'events_api';
  readonly over: 'socket' | 'http';
  /** Socket Mode's envelope_id. */
  readonly envelopeId?: string;
  /** Which connection got it, counted from 1. */
  readonly connection?: number;
  readonly outcome: 'pending' | 'acknowledged' | 'operation_timeout' | 'dispatch_failed';
  /** By the clock, just before it was sent. */
  readonly sentAt: Date;
  /** From sending to the first acknowledgement in time; absent when there was none. */
  readonly ackedAfterMs?: number;
  /** Acks beyond the first in time: late or double. */
  readonly extraAcks: number;
}

/** What befalls a call to the Web API. `accepted`: carried out, but the caller is not told. */
export type CallFault =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'ratelimited-200' }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'hang'; readonly accepted?: boolean }
  | { readonly kind: 'drop'; readonly accepted?: boolean };

/** What befalls a delivery to the app. The last four are HTTP's; replay sends the same bytes twice, as duplicate does in Socket Mode. */
export type DeliveryFault = 'duplicate' | 'lost' | 'wrong-secret' | 'stale-timestamp' | 'future-timestamp' | 'unsigned';

export interface SlackFaults {
  /** The next `times` calls of the method (or '*') fail so. */
  next(method: string, fault: CallFault, times?: number): void;
  /** Every call of the method fails so until `clear`. */
  always(method: string, fault: CallFault): void;
  /** This share of the calls of the method (or '*'), 0 to 1, fails so until `clear`, chosen by `random` of the options. */
  sometimes(method: string, fault: CallFault, share: number): void;
  nextDelivery(fault: DeliveryFault, times?: number): void;
  /** Sends a disconnect frame to every connection, or to that one counted from 1, then closes them unless it is a warning. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled', connection?: number): void;
  /** The next connections are opened and never greeted. */
  withholdHello(times: number): void;
  /** Cuts every Socket Mode connection without a word. */
  dropConnections(): void;
  clear(): void;
}

export interface FakeSlack {
  /** For slackApiUrl, with a trailing slash. */
  readonly apiUrl: string;
  readonly pageUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly faults: SlackFaults;
  readonly calls: readonly ApiCall[];
  readonly deliveries: readonly DeliveryRecord[];
  /** Open Socket Mode connections. */
  connections(): number;
  actor(userId: string): Actor;
  /** Messages of the channel itself, oldest first: no replies, no ephemerals. */
  messages(channelId: string): readonly ShownMessage[];
  /** The parent and its replies. */
  thread(channelId: string, ts: string): readonly ShownMessage[];
  /** The direct conversation of the app with this person, oldest first; empty while there is none. */
  directMessages(userId: string): readonly ShownMessage[];
  /** Text rendering of the person's Home tab; '' while nothing is published. */
  homeText(userId: string): string;
  /** The same of the modal on top. */
  viewText(userId: string): string;
  /** What only this person sees, in all channels. */
  ephemerals(userId: string): readonly ShownMessage[];
  /** Text rendering of one message, public or not, without its thread; '' when it is gone. */
  messageText(channelId: string, ts: string): string;
  /** Text rendering of the channel with its threads; `viewer` adds what only they see. */
  transcript(channelId: string, options?: { readonly viewer?: string }): string;
  /** Called after every change of what somebody sees; returns the way to stop. */
  onChange(listener: (change: Change) => void): () => void;
  setArchived(channelId: string, archived: boolean): void;
  setPosting(channelId: string, posting: Posting): void;
  /** What the app may do from now on: a scope was added or taken away. */
  setScopes(scopes: readonly string[]): void;
  /** What Slack answers to this token from now on; undefined: it is good again. */
  setTokenError(token: 'bot' | 'app', error: 'token_revoked' | 'account_inactive' | 'token_expired' | 'team_access_not_granted' | undefined): void;
  /** An administrator deletes the message: where it has replies its place stays and can be replied to. */
  removeMessage(channelId: string, ts: string): void;
  /** Who runs the app turns its tabs on or off. */
  setTabs(tabs: { readonly home: boolean; readonly messages: boolean }): void;
  setMembers(channelId: string, members: readonly string[]): void;
  setUsergroup(id: string, users: readonly string[]): void;
  /** An administrator disables the group: its members are told no more, unless an app asks for disabled ones. */
  disableUsergroup(id: string): void;
  /** free: the workspace has no user groups any more. */
  setPlan(plan: 'free' | 'paid'): void;
  /** Makes pages read `switches` again. */
  refreshSwitches(): void;
  close(): Promise<void>;
}
