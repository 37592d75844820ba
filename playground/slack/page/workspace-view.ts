import { homeOf } from '../app-home.ts';
import { showBlocks } from '../shown/blocks.ts';
import { peopleOf } from '../shown/people.ts';
import { namesOf } from '../text/names.ts';
import { topView } from '../view-stack.ts';
import type { Workspace } from '../workspace.ts';
import type { SlackUser } from '../contract.ts';

/** What the page shows around the messages, for one person. */
export const workspaceView = (workspace: Workspace, userId: string): object => ({
  team: { name: workspace.options.team.name, initials: initialsOf(workspace.options.team.name) },
  app: {
    userId: workspace.options.app.botUserId,
    name: workspace.options.app.botName,
    homeTab: workspace.tabs.home,
    overSocket: workspace.options.app.eventsUrl === undefined && workspace.options.interactivityUrl === undefined,
  },
  me: userId,
  users: [...workspace.users.values()].map((user) => ({
    id: user.id,
    name: user.name,
    realName: user.realName,
    initials: initialsOf(user.realName),
    color: user.color ?? colorOf(user.id),
    note: noteOf(user),
    isPerson: !user.flags?.includes('bot') && !user.flags?.includes('deleted'),
  })),
  channels: [...workspace.channels.values()]
    .filter((channel) => channel.members.includes(userId) || (!channel.isPrivate && !channel.isIm))
    .map((channel) => ({
      id: channel.id,
      name: channel.name,
      topic: channel.topic,
      welcome: channel.welcome,
      suggestions: channel.suggestions,
      isPrivate: channel.isPrivate,
      isIm: channel.isIm,
      isExtShared: channel.isExtShared,
      members: channel.members,
      joined: channel.members.includes(userId),
    })),
  commands: workspace.options.commands.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
});

/** The modal on top of the person's stack. */
export const modalView = (workspace: Workspace, userId: string, timeZone: string): object | undefined => {
  const view = topView(workspace, userId);
  if (!view) return undefined;
  return {
    id: view.id,
    hash: view.hash,
    title: view.definition.title?.text ?? '',
    submit: view.definition.submit?.text,
    close: view.definition.close?.text ?? 'Close',
    blocks: showBlocks(view.definition.blocks, { names: { ...namesOf(workspace), timeZone }, people: peopleOf(workspace) }),
  };
};

/** What the app published on the person's Home tab. */
export const homeView = (workspace: Workspace, userId: string, timeZone: string): object | undefined => {
  const view = homeOf(workspace, userId);
  return (
    view && {
      hash: view.hash,
      blocks: showBlocks(view.definition.blocks, { names: { ...namesOf(workspace), timeZone }, people: peopleOf(workspace) }),
    }
  );
};

const noteOf = ({ flags }: SlackUser): string => {
  if (flags?.includes('stranger')) return 'other workspace';
  if (flags?.includes('guest') || flags?.includes('single-channel-guest')) return 'guest';
  return '';
};

const initialsOf = (name: string): string =>
  name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 1))
    .slice(0, 2)
    .join('')
    .toUpperCase();

const palette = ['#3f6ad8', '#0f7b6c', '#b3541e', '#7a3e9d', '#9a3b5b', '#2f6f9f', '#5b7a1f', '#8a5a00'];

const colorOf = (id: string): string =>
  palette[Array.from(id).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % palette.length] ?? '#555555';
