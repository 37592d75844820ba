import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody, sendJson, sendText } from '../http.ts';
import { peopleOf } from '../shown/people.ts';
import type { Workspace } from '../workspace.ts';
import { perform } from './acts.ts';
import type { ActDeps } from './acts.ts';
import type { Asset } from './assets.ts';
import { serveFeed } from './feed.ts';
import type { FeedDeps, Viewer } from './feed.ts';

export interface PageDeps extends FeedDeps, ActDeps {
  readonly workspace: Workspace;
  readonly assets: ReadonlyMap<string, Asset>;
}

/** Nothing from elsewhere, no inline script: what apps post cannot become code. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** The page and what it talks to. False when the path is none of the page's. */
export const servePage = async (deps: PageDeps, url: URL, request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
  const asset = deps.assets.get(url.pathname === '/' ? 'index.html' : url.pathname.replace('/assets/', ''));
  if (asset && request.method === 'GET') {
    response.writeHead(200, { ...securityHeaders, 'content-type': asset.type });
    response.end(asset.content);
    return true;
  }
  if (!url.pathname.startsWith('/page/')) return false;
  if (!isOwn(request)) {
    sendText(response, 403, 'not from this page');
    return true;
  }
  if (url.pathname === '/page/people') {
    sendJson(
      response,
      200,
      peopleOf(deps.workspace).map(({ value }) => value),
    );
    return true;
  }
  const userId = url.searchParams.get('user') ?? '';
  if (!deps.workspace.users.has(userId)) {
    sendText(response, 404, 'no such user');
    return true;
  }
  await serveTalk(deps, url.pathname, { userId, timeZone: zoneOf(url.searchParams.get('zone'), deps.workspace.timeZone) }, request, response);
  return true;
};

/** A zone that this Node knows. */
const zoneOf = (given: string | null, otherwise: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given ?? otherwise }).resolvedOptions().timeZone;
  } catch {
    return otherwise;
  }
};

const serveTalk = async (deps: PageDeps, path: string, viewer: Viewer, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (path === '/page/events') serveFeed(deps, viewer, request, response);
  else if (path === '/page/switches') sendJson(response, 200, (await deps.options.switches?.()) ?? null);
  else if (path === '/page/act' && request.method === 'POST') await serveAct(deps, viewer.userId, request, response);
  else sendText(response, 404, 'not found');
};

const serveAct = async (deps: PageDeps, userId: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    sendJson(response, 200, (await perform(deps, userId, JSON.parse((await readBody(request)).toString()))) ?? {});
  } catch (error) {
    const status = error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 409;
    sendJson(response, status, { result: 'refused', shown: error instanceof Error ? error.message : 'refused' });
  }
};

/** Another site must not act through a browser that can reach this port. */
const isOwn = (request: IncomingMessage): boolean => {
  const host = request.headers.host ?? '';
  const { origin } = request.headers;
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/u.test(host) && (origin === undefined || origin === `http://${host}`);
};
