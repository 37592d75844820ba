import type { App, ReceiverEvent } from '@slack/bolt';
import { z } from 'zod';
import { told } from '../../domain/text.ts';
import type { Log } from '../../ports/log.ts';
import type { Desk } from './desk.ts';
import { isObject } from './envelope.ts';
import { refusedModal } from './render/reject-modal.ts';
import { toldMessage } from './render/told-message.ts';

/** Said to who typed or clicked, when Slack's payload lacks what it should have. */
export const NOT_UNDERSTOOD = toldMessage(
  told`Slack sent something pgdist does not understand; nothing was done. Try again, and if it stays so tell the people who run pgdist.`,
);

/**
 * The app as the receivers see it: whatever an envelope holds, it is acknowledged, and nothing is thrown. One that no listener acknowledged was not
 * understood: listeners read the payload before anything else, and acknowledge when they know what came of it. Its person is told, if there is one.
 */
export const acknowledging = (app: App, desk: Pick<Desk, 'whisper'>, log: Log): App => {
  const guarded: App = Object.create(app) as App;
  guarded.processEvent = async (event) => {
    let isAcknowledged = false;
    const ack: ReceiverEvent['ack'] = (...answer) => {
      isAcknowledged = true;
      return event.ack(...answer);
    };
    try {
      if (isFit(event.body)) await app.processEvent({ ...event, ack });
    } catch (error) {
      log.warn({ type: typeOf(event.body), reason: error instanceof Error ? error.message.slice(0, 200) : 'unknown' }, 'slack library failed');
    }
    if (!isAcknowledged) await acknowledge(event, desk, log);
    log.debug({ type: typeOf(event.body) }, 'envelope handled');
  };
  return guarded;
};

/** What Bolt looks at before any listener does, and takes for granted. */
const isFit = (body: unknown): boolean => {
  if (!isObject(body)) return false;
  const { type, command, event, actions, view, channel } = body;
  if (command !== undefined && typeof command !== 'string') return false;
  if (event !== undefined && !hasText(event, 'type')) return false;
  if (actions !== undefined && !(Array.isArray(actions) && actions.length > 0 && actions.every((action) => hasText(action, 'action_id'))))
    return false;
  if ((type === 'view_submission' || type === 'view_closed') && !hasText(view, 'callback_id')) return false;
  return channel === undefined || isObject(channel) || typeof channel === 'string';
};

const hasText = (value: unknown, key: string): boolean => isObject(value) && typeof value[key] === 'string';

/** A payload that cannot be read is Slack's fault and a short line: where it is wrong, never what it holds. Anything else is a bug of ours. */
export const logListenerFailure = (error: unknown, log: Log): void => {
  const { original = error } = (isObject(error) ? error : {}) as { readonly original?: unknown };
  if (original instanceof z.ZodError)
    log.warn({ at: original.issues.slice(0, 3).map(({ path }) => path.slice(0, 2).join('.').slice(0, 60)) }, 'slack payload cannot be read');
  else if (original instanceof SyntaxError) log.warn({}, 'slack payload is not JSON where it should be');
  else log.error({ error }, 'slack listener failed');
};

const acknowledge = async ({ body, ack }: ReceiverEvent, desk: Pick<Desk, 'whisper'>, log: Log): Promise<void> => {
  log.warn({ type: typeOf(body) }, 'slack sent something that is not understood');
  try {
    await (isObject(body) && body['command'] !== undefined
      ? ack({ response_type: 'ephemeral', text: NOT_UNDERSTOOD.text, blocks: [...NOT_UNDERSTOOD.blocks] })
      : isObject(body) && body['type'] === 'view_submission'
        ? ack({ response_action: 'update', view: refusedModal(NOT_UNDERSTOOD) })
        : ack());
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'slack envelope could not be acknowledged');
  }
  const clicker = who.safeParse(body);
  if (clicker.success) await desk.whisper({ user: clicker.data.user.id, channel: clicker.data.container.channel_id }, NOT_UNDERSTOOD);
};

const id = z.string().regex(/^[A-Z0-9]{2,30}$/);
const who = z.union([
  z.object({ actions: z.unknown(), user: z.object({ id }), container: z.object({ channel_id: id }) }),
  z
    .object({ actions: z.unknown(), user: z.object({ id }), channel: z.object({ id }) })
    .transform(({ user, channel }) => ({ user, container: { channel_id: channel.id } })),
]);

const TYPES: readonly unknown[] = [
  'block_actions',
  'view_submission',
  'view_closed',
  'event_callback',
  'shortcut',
  'message_action',
  'block_suggestion',
];

/** A word of ours: the payload's own may be anything. */
const typeOf = (body: unknown): string => {
  if (!isObject(body)) return 'none';
  if (body['command'] !== undefined) return 'command';
  return TYPES.includes(body['type']) ? String(body['type']) : 'other';
};
