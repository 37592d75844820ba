import type { Workspace } from '../workspace.ts';

/**
 * What a person typed as apps get it (should_escape, and messages): the three characters that have a meaning are escaped, @user, @group, #channel become
 * codes, and so does whatever looks like an address: also the name of a host in the middle of a sentence. Codes of a client's own stay.
 */
export const escapeTyped = (workspace: Workspace, typed: string): string =>
  typed
    .split(CODES)
    .map((piece, index) => (index % 2 === 1 ? piece : linked(workspace, piece)))
    .join('');

const CODES = /(<(?:[@#!][^<>\n]+|(?:https?|mailto|tel):[^<>\n]+)>)/u;

const linked = (workspace: Workspace, piece: string): string =>
  piece
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(^|\s)@([\w.-]*\w)/gu, (all, before: string, handle: string) => {
      const user = [...workspace.users.values()].find(({ name }) => name === handle);
      if (user) return `${before}<@${user.id}|${user.name}>`;
      const group = [...workspace.usergroups.values()].find((other) => other.handle === handle);
      return group ? `${before}<!subteam^${group.id}|@${group.handle}>` : all;
    })
    .replace(/(^|\s)#([\w-]+)/gu, (all, before: string, name: string) => {
      const channel = [...workspace.channels.values()].find((other) => other.name === name && !other.isIm);
      return channel ? `${before}<#${channel.id}|${channel.name}>` : all;
    })
    .replace(ADDRESSES, (all, before: string, url?: string, mail?: string, host?: string) => {
      if (url !== undefined) return `${before}<${url}>`;
      if (mail !== undefined) return `${before}<mailto:${mail}|${mail}>`;
      return host === undefined ? all : `${before}<http://${host}|${host}>`;
    });

/** A URL, an address of mail, or the name of a host; Slack knows hosts by the list of top-level domains, here any of two letters or more will do. */
const ADDRESSES = /(^|[\s("'])(?:(https?:\/\/[^\s<>]+)|([\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})|((?:[a-z0-9][\w-]*\.)+[a-z]{2,}(?![\w@.-])))/giu;
