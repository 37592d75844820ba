import { SlackError } from '../slack-error.ts';
import type { Workspace } from '../workspace.ts';
import type { WebApiMethod } from './method.ts';

/** Throws what Slack answers to this token for this method. */
export const authorize = (workspace: Workspace, method: WebApiMethod, token: string | undefined): void => {
  if (method.token === 'none') return;
  if (!token) throw new SlackError('not_authed');
  if (token !== workspace.botToken && token !== workspace.appToken) throw new SlackError('invalid_auth');
  if (token !== (method.token === 'app' ? workspace.appToken : workspace.botToken)) throw new SlackError('not_allowed_token_type');
  const bad = workspace.tokenErrors.get(token === workspace.appToken ? 'app' : 'bot');
  if (bad !== undefined) throw new SlackError(bad);
  const { scopes } = workspace;
  if (method.token === 'bot' && scopes && method.scope && !scopes.includes(method.scope)) {
    throw new SlackError('missing_scope', { needed: method.scope, provided: scopes.join(',') });
  }
};
