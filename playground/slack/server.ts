import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { readBody, sendText } from './http.ts';
import { mimetypeOf } from './messages.ts';
import { servePage } from './page/serve.ts';
import type { PageDeps } from './page/serve.ts';
import { applyResponse } from './responses.ts';
import { SlackError } from './slack-error.ts';
import type { SocketMode } from './socket-mode.ts';
import { takeUpload } from './uploads.ts';
import type { WebApi } from './web-api/serve.ts';
import type { Workspace } from './workspace.ts';

interface ServerDeps {
  readonly workspace: Workspace;
  readonly webApi: WebApi;
  readonly socketMode: SocketMode;
  readonly page: PageDeps;
}

/** One HTTP server on loopback for the Web API, uploads, response URLs, Socket Mode and the page. */
export const startServer = async (deps: ServerDeps, port: number): Promise<Server> => {
  const server = createServer((request, response) => {
    route(deps, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendText(response, 500, error instanceof Error ? error.message : 'internal error');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (!deps.socketMode.upgrade(request, socket, head)) socket.destroy();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const route = async (deps: ServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, area = '', ...rest] = url.pathname.split('/');
  if (area === 'api') await deps.webApi.handle(rest.join('/'), request, response);
  else if (area === 'upload') await takeUpload(deps, rest[1] ?? '', request, response);
  else if (area === 'files') sendFile(deps.workspace, rest[0] ?? '', response);
  else if (area === 'respond') await takeResponse(deps, rest[1] ?? '', request, response);
  else if (!(await servePage(deps.page, url, request, response))) sendText(response, 404, 'not found');
};

const sendFile = ({ files }: Workspace, id: string, response: ServerResponse): void => {
  const file = files.get(id);
  if (!file?.content || !file.shared) {
    sendText(response, 404, 'no such file');
    return;
  }
  const type = mimetypeOf(file.name);
  const inline = type.startsWith('image/');
  response.writeHead(200, {
    'content-type': type,
    'content-disposition': `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  });
  response.end(file.content);
};

const takeResponse = async ({ workspace, webApi }: ServerDeps, id: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = (await readBody(request)).toString();
  webApi.at('response_url', response, () => {
    try {
      applyResponse(workspace, workspace.tickets.useResponse(id), parse(body));
      return { status: 200, body: 'ok' };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      const gone = ['used_url', 'expired_url', 'no_such_url'].includes(error.code);
      return { status: gone ? 404 : 400, body: { ok: false, error: error.code, ...error.details } };
    }
  });
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new SlackError('invalid_payload');
  }
};
