import { dateOfTs } from '../ids.ts';
import { mimetypeOf, repliesOf } from '../messages.ts';
import type { Message } from '../model.ts';
import { showBlocks } from '../shown/blocks.ts';
import { peopleOf } from '../shown/people.ts';
import { formatDate } from '../text/date.ts';
import { emojiCharacter } from '../text/emoji.ts';
import { parseMrkdwn } from '../text/mrkdwn.ts';
import { namesOf } from '../text/names.ts';
import type { Workspace } from '../workspace.ts';

/** Of a text file, shown under its name. */
const previewLines = 60;
const previewCharacters = 6000;

/** A message as the page draws it for a reader in a time zone: everything parsed, nothing to interpret. */
export const messageView = (workspace: Workspace, message: Message, timeZone: string): object => {
  const names = { ...namesOf(workspace), timeZone };
  const channel = workspace.channels.get(message.channel);
  const replies = channel ? repliesOf(channel, message.ts) : [];
  const time = (ts: string): string => formatDate(Number(ts), '{time}', names);
  const last = replies.at(-1);
  return {
    channel: message.channel,
    ts: message.ts,
    threadTs: message.threadTs,
    broadcast: message.broadcast,
    user: message.user,
    isApp: message.botId !== undefined,
    time: time(message.ts),
    exactTime: dateOfTs(message.ts).toISOString(),
    day: capital(formatDate(Number(message.ts), '{date_pretty}', names)),
    edited: message.edited,
    onlyYou: message.visibleTo !== undefined,
    parts: message.blocks.length > 0 ? [] : parseMrkdwn(message.text, names),
    blocks: showBlocks(message.blocks, { names, people: peopleOf(workspace) }),
    files: message.files.flatMap((id) => fileView(workspace, id) ?? []),
    reactions: [...message.reactions].map(([name, users]) => ({ character: emojiCharacter(name) ?? `:${name}:`, count: users.length })),
    replyCount: replies.length,
    repliers: [...new Set(replies.map(({ user }) => user))].slice(0, 4),
    lastReply: last ? `${formatDate(Number(last.ts), '{date_pretty}', names)} at ${time(last.ts)}` : undefined,
  };
};

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const fileView = (workspace: Workspace, id: string): object | undefined => {
  const file = workspace.files.get(id);
  if (!file?.content) return undefined;
  const mimetype = mimetypeOf(file.name);
  const isText = mimetype.startsWith('text/') || mimetype === 'application/json';
  const text = isText ? file.content.subarray(0, 4 * previewCharacters).toString() : '';
  const preview = text.slice(0, previewCharacters).split('\n').slice(0, previewLines).join('\n');
  return {
    name: file.name,
    title: file.title,
    alt: file.alt,
    kind: file.name.split('.').at(-1)?.toUpperCase() ?? '',
    size: file.content.length,
    url: `/files/${file.id}/${encodeURIComponent(file.name)}`,
    image: mimetype.startsWith('image/'),
    preview,
    more: isText && preview.length < file.content.length,
  };
};
