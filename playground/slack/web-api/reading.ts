import { z } from 'zod';
import type { Channel } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import { channelOf, type Workspace } from '../workspace.ts';
import { flag, id } from './parameters.ts';

/** What conversations.history and conversations.replies both take, besides how many messages. */
export const readingParameters = {
  channel: id,
  cursor: z.string().optional(),
  oldest: z.coerce.number().default(0),
  latest: z.coerce.number().default(Infinity),
  inclusive: flag,
  include_all_metadata: flag,
};

interface Window {
  readonly oldest: number;
  readonly latest: number;
  readonly inclusive?: boolean | undefined;
}

/** The app reads only where it is a member. Throws not_in_channel. */
export const readableChannel = (workspace: Workspace, name: string): Channel => {
  const channel = channelOf(workspace, name);
  if (!channel.members.includes(workspace.options.app.botUserId)) throw new SlackError('not_in_channel');
  const needed = channel.isIm ? 'im:history' : channel.isPrivate ? 'groups:history' : 'channels:history';
  if (workspace.scopes?.includes(needed) === false) throw new SlackError('missing_scope', { needed, provided: workspace.scopes.join(',') });
  return channel;
};

export const isWithin = ({ inclusive, oldest, latest }: Window, ts: string): boolean => {
  const at = Number(ts);
  return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
};
