import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Change } from '../contract.ts';
import type { Message } from '../model.ts';
import type { Workspace } from '../workspace.ts';
import { messageView } from './message-view.ts';
import { homeView, modalView, workspaceView } from './workspace-view.ts';

export interface FeedDeps {
  readonly workspace: Workspace;
  connections(): number;
}

/** Who looks at the page, and the time zone of their browser. */
export interface Viewer {
  readonly userId: string;
  readonly timeZone: string;
}

/** Server-sent events for one person's page: everything at first, then each change as it happens. */
export const serveFeed = (deps: FeedDeps, { userId, timeZone }: Viewer, request: IncomingMessage, response: ServerResponse): void => {
  const { workspace } = deps;
  const viewOf = (message: Message): object => messageView(workspace, message, timeZone);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
  const send = (event: string, data: unknown): void => void response.write(`event: ${event}\ndata: ${JSON.stringify(data ?? null)}\n\n`);
  const sees = (message: Message): boolean => {
    const channel = workspace.channels.get(message.channel);
    const open = channel !== undefined && (channel.members.includes(userId) || (!channel.isPrivate && !channel.isIm));
    return open && (message.visibleTo === undefined || message.visibleTo === userId);
  };
  const sendWorkspace = (): void => {
    send('workspace', workspaceView(workspace, userId));
    const messages = [...workspace.channels.values()].flatMap((channel) => channel.messages.filter(sees));
    send('messages', messages.map(viewOf));
  };
  const sendMessage = (channelId: string, ts: string): void => {
    const messages = workspace.channels.get(channelId)?.messages ?? [];
    const message = messages.find((other) => other.ts === ts);
    if (!message || !sees(message)) return;
    send('message', viewOf(message));
    const parent = messages.find((other) => other.ts === message.threadTs);
    if (parent && !message.visibleTo) send('message', viewOf(parent));
  };
  const onChange = (change: Change): void => {
    if (change.user !== undefined && change.user !== userId) return;
    switch (change.kind) {
      case 'posted':
      case 'edited':
      case 'reacted':
        if (change.channel && change.ts) sendMessage(change.channel, change.ts);
        break;
      case 'deleted':
        send('gone', { channel: change.channel, ts: change.ts });
        break;
      case 'view':
        send('modal', modalView(workspace, userId, timeZone));
        break;
      case 'home':
        send('home', homeView(workspace, userId, timeZone));
        break;
      case 'connection':
        send('connections', deps.connections());
        break;
      case 'switches':
        send('switches', null);
        break;
      case 'channel':
        sendWorkspace();
        break;
    }
  };
  sendWorkspace();
  send('modal', modalView(workspace, userId, timeZone));
  send('home', homeView(workspace, userId, timeZone));
  send('connections', deps.connections());
  send('switches', null);
  const stop = workspace.onChange(onChange);
  request.on('close', stop);
};
