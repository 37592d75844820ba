import type { ShownMessage } from './contract.ts';
import type { Block } from './block.ts';
import type { Channel, Message } from './model.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

interface NewMessage {
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly threadTs?: string | undefined;
  readonly broadcast?: boolean | undefined;
  readonly metadata?: unknown;
  readonly files?: readonly string[];
  readonly visibleTo?: string | undefined;
}

/** Slack cuts longer texts without a word. */
const maxText = 40_000;

export const post = (workspace: Workspace, channel: Channel, given: NewMessage): Message => {
  const message: Message = {
    channel: channel.id,
    ts: workspace.nextTs(),
    user: given.user,
    ...(given.user === workspace.options.app.botUserId ? { botId: workspace.botId } : {}),
    ...(given.threadTs ? { threadTs: given.threadTs } : {}),
    broadcast: given.broadcast ?? false,
    ...(given.visibleTo ? { visibleTo: given.visibleTo } : {}),
    text: given.text.slice(0, maxText),
    blocks: given.blocks ?? [],
    formerBlocks: [],
    metadata: given.metadata,
    edited: false,
    files: given.files ?? [],
    reactions: new Map(),
  };
  channel.messages.push(message);
  workspace.changed({ kind: 'posted', channel: channel.id, ts: message.ts, ...forOne(message) });
  return message;
};

/** Text without blocks drops the blocks and marks the message as edited; with blocks there is no mark. Metadata that is not given is kept. */
export const edit = (
  workspace: Workspace,
  message: Message,
  given: { readonly text?: string | undefined; readonly blocks?: readonly Block[] | undefined; readonly metadata?: unknown },
): void => {
  message.formerBlocks.push(message.blocks);
  if (given.text !== undefined) message.text = given.text;
  if (!given.blocks) message.edited = true;
  message.blocks = given.blocks ?? [];
  if (given.metadata !== undefined) message.metadata = given.metadata;
  workspace.changed({ kind: 'edited', channel: message.channel, ts: message.ts, ...forOne(message) });
};

export const remove = (workspace: Workspace, channel: Channel, message: Message): void => {
  if (repliesOf(channel, message.ts).length > 0)
    Object.assign(message, { isTombstone: true, text: 'This message was deleted.', blocks: [], files: [], metadata: undefined });
  else channel.messages = channel.messages.filter((other) => other !== message);
  workspace.changed({ kind: 'deleted', channel: channel.id, ts: message.ts, ...forOne(message) });
};

/** A message that everybody in the channel can see. */
export const messageOf = (channel: Channel, ts: string): Message => {
  const message = channel.messages.find((other) => other.ts === ts && !other.visibleTo && !other.isTombstone);
  if (!message) throw new SlackError('message_not_found');
  return message;
};

/** The ts under which replies to a message are filed: replying to a reply goes to its parent. */
export const threadOf = (channel: Channel, ts: string): string => {
  const parent = channel.messages.find((other) => other.ts === ts && !other.visibleTo);
  if (!parent) throw new SlackError('thread_not_found');
  return parent.threadTs ?? parent.ts;
};

export const repliesOf = (channel: Channel, ts: string): readonly Message[] =>
  channel.messages.filter((message) => message.threadTs === ts && !message.visibleTo);

/** What stands in the channel itself. */
export const isTopLevel = (message: Message): boolean => !message.threadTs || message.broadcast;

const forOne = ({ visibleTo }: Message): { readonly user?: string } => (visibleTo ? { user: visibleTo } : {});

export const shown = (workspace: Workspace, message: Message): ShownMessage => {
  const channel = workspace.channels.get(message.channel);
  return {
    channel: message.channel,
    ts: message.ts,
    ...(message.threadTs ? { threadTs: message.threadTs } : {}),
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    edited: message.edited,
    replyCount: channel ? repliesOf(channel, message.ts).length : 0,
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    files: message.files.flatMap((id) => {
      const file = workspace.files.get(id);
      return file?.content ? [{ id, name: file.name, title: file.title, mimetype: mimetypeOf(file.name), content: file.content }] : [];
    }),
    reactions: [...message.reactions].map(([name, users]) => ({ name, users })),
    ...(message.visibleTo ? { visibleTo: message.visibleTo } : {}),
  };
};

const types: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  yaml: 'text/yaml',
  yml: 'text/yaml',
  json: 'application/json',
  csv: 'text/csv',
  zip: 'application/zip',
  png: 'image/png',
};

export const mimetypeOf = (name: string): string => types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
