import { aboutRefusal } from '../../domain/thread-refusal.ts';
import type { SlackFailure } from './slack-failure.ts';

type TokenName = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

/** Slack does not let this app work: a person has to mend a setting. The message is one sentence that says which, and how. */
export class SlackRefusedError extends Error {
  override readonly name = 'SlackRefusedError';
}

const WANTED = {
  SLACK_BOT_TOKEN: 'the bot token of the Slack app (xoxb-…, under “OAuth & Permissions”)',
  SLACK_APP_TOKEN: 'an app-level token of the Slack app (xapp-…, under “Basic Information”)',
} as const;

/** The refusal of a token or of the app, if that is what the failure is; anything else may pass, and is worth waiting for. */
export const refusedStart = (token: TokenName, failure: SlackFailure | undefined): SlackRefusedError | undefined => {
  if (failure?.kind !== 'refused') return undefined;
  const { error, needed = token === 'SLACK_APP_TOKEN' ? 'connections:write' : 'that is needed', provided = 'none' } = failure;
  switch (aboutRefusal(error)) {
    case 'scope':
      return lackingScopes(token, needed, provided);
    case 'token':
      return new SlackRefusedError(
        error === 'not_allowed_token_type'
          ? `${token} holds a token of another kind (${error}): it must be ${WANTED[token]}`
          : `Slack refuses the token in ${token} (${error}): it was revoked, or is of another workspace, or never was one; put in ${WANTED[token]}, after installing the app again if need be`,
      );
    case 'workspace':
      return new SlackRefusedError(`Slack refuses the app (${error}): an administrator of the workspace has to allow it, from this network too`);
    case undefined:
    case 'call':
      return new SlackRefusedError(`Slack refuses the app (${error}): its pages say what that means`);
    case 'channel':
    case 'message':
    case 'thread':
    case 'person':
    case 'form':
    case 'file':
      return undefined;
  }
};

export const lackingScopes = (token: TokenName, needed: string, provided: string): SlackRefusedError =>
  new SlackRefusedError(
    token === 'SLACK_BOT_TOKEN'
      ? `the token in ${token} lacks scopes (missing_scope): needed is ${needed}, it has ${provided}; add them under “OAuth & Permissions” and install the app again`
      : `the token in ${token} lacks a scope (missing_scope): needed is ${needed}, it has ${provided}; make a new one under “Basic Information”`,
  );

/** A bot's token names its bot; a person's does not. */
export const usersToken = (): SlackRefusedError =>
  new SlackRefusedError(`SLACK_BOT_TOKEN holds the token of a person: it must be ${WANTED.SLACK_BOT_TOKEN}`);

export const linkDisabled = (): SlackRefusedError =>
  new SlackRefusedError('Socket Mode is switched off for the app (link_disabled): switch it on under “Socket Mode” and start the bot again');
