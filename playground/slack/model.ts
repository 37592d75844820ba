import type { Block } from './block.ts';
import type { Posting, SlackChannel } from './contract.ts';

export interface Message {
  readonly channel: string;
  /** Seconds.microseconds; identifies the message in its channel. */
  readonly ts: string;
  readonly user: string;
  /** Set when an app posted it. */
  readonly botId?: string;
  readonly threadTs?: string;
  /** A reply that is shown in the channel as well. */
  readonly broadcast: boolean;
  /** Ephemeral: the only person who sees it. */
  readonly visibleTo?: string;
  text: string;
  blocks: readonly Block[];
  /** Blocks before each edit: a client that has not caught up still shows and sends them. */
  readonly formerBlocks: (readonly Block[])[];
  metadata?: unknown;
  edited: boolean;
  /** Deleted while it had replies: only its place is left. */
  isTombstone?: boolean;
  readonly files: readonly string[];
  readonly reactions: Map<string, string[]>;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly welcome: string;
  readonly suggestions: readonly string[];
  readonly isExtShared: boolean;
  readonly isPrivate: boolean;
  isArchived: boolean;
  posting: Posting;
  /** A direct conversation between a person and the bot. */
  readonly isIm: boolean;
  members: readonly string[];
  messages: Message[];
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  title: string;
  /** Of a picture, for those who do not see it; '' where its app gave none. */
  readonly alt: string;
  content: Buffer | undefined;
  /** Bytes announced before the upload. */
  readonly length: number;
  shared: boolean;
}

export interface View {
  readonly id: string;
  readonly user: string;
  /** As the app sent it. */
  definition: ViewDefinition;
  hash: string;
  readonly rootId: string;
  readonly previousId: string | undefined;
}

export interface ViewDefinition {
  readonly type: 'modal' | 'home';
  /** The Home tab has none. */
  readonly title?: { readonly type: 'plain_text'; readonly text: string } | undefined;
  readonly submit?: { readonly type: 'plain_text'; readonly text: string } | undefined;
  readonly close?: { readonly type: 'plain_text'; readonly text: string } | undefined;
  readonly blocks: readonly Block[];
  readonly callback_id?: string | undefined;
  readonly private_metadata?: string | undefined;
  readonly external_id?: string | undefined;
  readonly clear_on_close?: boolean | undefined;
  readonly notify_on_close?: boolean | undefined;
}

export const channelFrom = (given: SlackChannel): Channel => ({
  id: given.id,
  name: given.name,
  topic: given.topic ?? '',
  welcome: given.welcome ?? '',
  suggestions: given.suggestions ?? [],
  isExtShared: given.isExtShared ?? false,
  isPrivate: given.isPrivate ?? false,
  isArchived: given.isArchived ?? false,
  posting: given.posting ?? 'everybody',
  isIm: false,
  members: given.members,
  messages: [],
});
