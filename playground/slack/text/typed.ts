import type { Workspace } from '../workspace.ts';

/** What a person typed, with @user, @group, #channel and links as the codes that apps get: should_escape, and messages. */
export const escapeTyped = (workspace: Workspace, typed: string): string =>
  typed
    .replace(/(^|\s)@([\w.-]+)/gu, (all, before: string, handle: string) => {
      const user = [...workspace.users.values()].find(({ name }) => name === handle);
      if (user) return `${before}<@${user.id}|${user.name}>`;
      const group = [...workspace.usergroups.values()].find((other) => other.handle === handle);
      return group ? `${before}<!subteam^${group.id}|@${group.handle}>` : all;
    })
    .replace(/(^|\s)#([\w-]+)/gu, (all, before: string, name: string) => {
      const channel = [...workspace.channels.values()].find((other) => other.name === name && !other.isIm);
      return channel ? `${before}<#${channel.id}|${channel.name}>` : all;
    })
    .replace(/(^|\s)(https?:\/\/\S+)/gu, '$1<$2>');
