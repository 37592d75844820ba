import { plan } from '../adapters/slack/fixtures.ts';
import { anybody, commandText } from './commands.ts';
import type { Dice } from './dice.ts';
import { CHANNEL, ELSEWHERE } from './people.ts';
import { cardTs, seeds } from './target.ts';

export const KINDS = ['command', 'block_actions', 'view_submission', 'app_mention', 'other'] as const;
export type Kind = (typeof KINDS)[number];

const ACTIONS = ['approve', 'reject', 'cancel', 'retry', 'plan-again', 'verify-now', 'ask-again', 'plan-repair', 'explain', 'unheard-of'] as const;

/** Nobody listens there, as after half an hour; the same in every run of a seed. */
const RESPONSE_URL = 'http://127.0.0.1:9/respond';

/** A payload as Slack sends it, by somebody, about one of the runs that are there. `unique` makes its ids. */
export const payloadOf = (kind: Kind, dice: Dice, unique: string): unknown => {
  const { user, team } = anybody(dice);
  const channel = dice.chance(0.9) ? CHANNEL : ELSEWHERE;
  const run = dice.pick(seeds().map(({ id }) => id) as [string, ...string[]]);
  const person = { user: { id: user, team_id: team }, team: { id: team } };
  const message = { channel, messageTs: cardTs(run), threadTs: cardTs(run) };
  switch (kind) {
    case 'command':
      return {
        command: dice.chance(0.95) ? '/pgdist' : '/other',
        text: commandText(dice),
        user_id: user,
        team_id: team,
        channel_id: channel,
        trigger_id: unique,
        response_url: RESPONSE_URL,
      };
    case 'block_actions':
      return {
        type: 'block_actions',
        ...person,
        trigger_id: unique,
        response_url: RESPONSE_URL,
        container: { type: 'message', channel_id: channel, message_ts: message.messageTs, thread_ts: message.threadTs },
        channel: { id: channel },
        actions: [{ type: 'button', action_id: dice.pick(ACTIONS), block_id: `${run}:0:${plan.digest}`, value: dice.chance(0.9) ? run : 'r0000' }],
      };
    case 'view_submission':
      return {
        type: 'view_submission',
        ...person,
        view: {
          id: unique,
          callback_id: dice.chance(0.9) ? 'reject' : 'other',
          private_metadata: JSON.stringify({ runId: run, ...message, digest: plan.digest }),
          state: { values: { reason: { reason: { type: 'plain_text_input', value: 'not today' } } } },
        },
      };
    case 'app_mention':
      return {
        type: 'event_callback',
        team_id: team,
        event_id: unique,
        authorizations: [{ team_id: team, is_bot: true }],
        event: { type: 'app_mention', user, text: `<@U0PGDIST> ${commandText(dice)}`, channel, ts: '1.2', thread_ts: message.threadTs },
      };
    case 'other':
      return dice.pick<unknown>([
        null,
        [],
        {},
        { type: 'shortcut', callback_id: 'x', ...person, trigger_id: unique },
        { type: 'message_action', callback_id: 'x', channel: null, ...person },
        { type: 'block_suggestion', ...person, action_id: 'x', channel: { id: channel } },
        { type: 'view_closed', ...person, view: null },
        { type: 'view_submission', ...person, view: null },
        { type: 'block_actions', ...person, actions: [] },
        { type: 'block_actions', ...person, actions: null },
        { type: 'event_callback', event: null },
        { type: 'event_callback', event: 'app_mention' },
        { type: 'event_callback', event: { type: 'app_mention' } },
        { type: 'event_callback', event: { type: 'tokens_revoked' } },
        { type: 'event_callback', event: { type: 'close' } },
        { type: 'url_verification', challenge: unique },
        { type: 'dialog_submission', ...person, actions: [{}] },
        { name: 'x', channel: null },
      ]);
  }
};

/** Who a payload says it is by, where Slack's own payloads say so. */
export const whoOf = (kind: Kind, payload: unknown): { readonly user: unknown } => {
  const at = (...keys: string[]): unknown =>
    keys.reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
      payload,
    );
  if (kind === 'command') return { user: at('user_id') };
  return { user: kind === 'app_mention' ? at('event', 'user') : at('user', 'id') };
};
