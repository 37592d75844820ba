import { isTopLevel, repliesOf } from '../messages.ts';
import type { Message, View } from '../model.ts';
import { showBlocks } from '../shown/blocks.ts';
import { peopleOf } from '../shown/people.ts';
import { parseMrkdwn } from '../text/mrkdwn.ts';
import { namesOf } from '../text/names.ts';
import type { Workspace } from '../workspace.ts';
import { blockLines, indent } from './block.ts';
import { partLines } from './inline.ts';

/** A channel as text: each message with its blocks, and under it its thread. No times and no ids, so that two equal conversations read the same. */
export const transcript = (workspace: Workspace, channelId: string, viewer?: string): string => {
  const channel = workspace.channels.get(channelId);
  if (!channel) throw new Error(`there is no channel ${channelId}`);
  const seen = channel.messages.filter((message) => !message.visibleTo || message.visibleTo === viewer);
  const lines = [`#${channel.name}`];
  for (const message of seen.filter(isTopLevel)) {
    lines.push('', ...messageLines(workspace, message));
    const hidden = seen.filter((other) => other.threadTs === message.ts && other.visibleTo);
    const replies = [...repliesOf(channel, message.ts), ...hidden].sort((one, other) => Number(one.ts) - Number(other.ts));
    for (const reply of replies) lines.push('  │', ...messageLines(workspace, reply).map((line) => `  │ ${line}`.trimEnd()));
  }
  return `${lines.join('\n')}\n`;
};

/** One message as text, without its thread; '' when it is gone. */
export const messageText = (workspace: Workspace, channelId: string, ts: string): string => {
  const message = workspace.channels.get(channelId)?.messages.find((candidate) => candidate.ts === ts);
  return message === undefined ? '' : messageLines(workspace, message).join('\n');
};

/** A modal with its title, or a Home tab, as text; '' for none. */
export const viewText = (workspace: Workspace, view: View | undefined): string => {
  if (view === undefined) return '';
  const { title, submit, close, blocks } = view.definition;
  const pressed = [close, submit].flatMap((button) => (button === undefined ? [] : [`[${button.text}]`]));
  const body = showBlocks(blocks, { names: namesOf(workspace), people: peopleOf(workspace) }).flatMap(blockLines);
  return [...(title === undefined ? [] : [title.text]), ...body, ...(pressed.length === 0 ? [] : [pressed.join(' ')])].join('\n');
};

const messageLines = (workspace: Workspace, message: Message): string[] => {
  const context = { names: namesOf(workspace), people: peopleOf(workspace) };
  const user = workspace.users.get(message.user);
  const notes = [
    message.botId ? 'app' : '',
    message.edited ? 'edited' : '',
    message.visibleTo ? `only visible to ${workspace.users.get(message.visibleTo)?.realName}` : '',
    message.broadcast ? 'also sent to the channel' : '',
  ].filter((note) => note !== '');
  const body =
    message.blocks.length > 0 ? showBlocks(message.blocks, context).flatMap(blockLines) : partLines(parseMrkdwn(message.text, context.names));
  const files = message.files.flatMap((id) => {
    const file = workspace.files.get(id);
    return file ? [`(file: ${file.name}, ${file.content?.length ?? 0} bytes)`] : [];
  });
  const reactions = [...message.reactions].map(([name, users]) => `(:${name}: ${users.length})`);
  return [`${user?.realName ?? message.user}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`, ...[...body, ...files, ...reactions].map(indent)];
};
