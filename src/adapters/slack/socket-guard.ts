import type { SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../../ports/log.ts';
import { isObject, readObject } from './envelope.ts';

type Client = SocketModeReceiver['client'];
type Frame = Readonly<Record<string, unknown>>;

/**
 * In front of the socket's client, whose promise for a frame nobody awaits: a frame that is no object, or an event without its parts, would be a
 * rejection that nobody handles. What Slack does not send is passed on as an empty envelope of the same id, so that it is acknowledged like any other. The announcement that Slack will end the connection goes to `onDisconnect` with its reason, and no further.
 */
export const guardSocket = (client: Client, log: Log, onDisconnect: (reason: string) => void): void => {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: string | ArrayBuffer, isBinary: boolean) => {
    const text = isBinary ? undefined : typeof data === 'string' ? data : new TextDecoder().decode(data);
    const frame = text === undefined ? undefined : frameOf(text, client, log, onDisconnect);
    if (frame === undefined) return;
    for (const read of readers) {
      Promise.resolve(read(frame, false)).catch((error: unknown) => {
        log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'slack frame could not be read');
      });
    }
  });
};

/** The text to pass on; undefined: there is nothing to acknowledge. */
const frameOf = (text: string, client: Client, log: Log, onDisconnect: (reason: string) => void): string | undefined => {
  const read = readObject(text);
  // Not for the client, which would close at once what goes on for some seconds.
  if (read.kind === 'object' && read.value['type'] === 'disconnect') {
    onDisconnect(String(read.value['reason']).slice(0, 100));
    return undefined;
  }
  const id = read.kind === 'object' ? read.value['envelope_id'] : ID_IN_TEXT.exec(text)?.[1];
  const why = read.kind === 'refused' ? read.why : faultOf(read.value, client);
  if (why === undefined) return text;
  const isAnswered = typeof id === 'string' && id !== '' && id.length <= MOST_ID;
  log.warn({ why, acknowledged: isAnswered }, 'slack frame refused');
  return isAnswered ? JSON.stringify({ type: UNREADABLE, envelope_id: id, payload: {} }) : undefined;
};

const MOST_ID = 255;
/** Of a frame that is not parsed. */
const ID_IN_TEXT = /"envelope_id"\s*:\s*"([^"\\]{1,255})"/;
/** A type of our own, which nobody listens to. */
const UNREADABLE = 'unreadable';
const ENVELOPES: readonly unknown[] = ['events_api', 'slash_commands', 'interactive', UNREADABLE];

const faultOf = (frame: Frame, client: Client): string | undefined => {
  const { type, envelope_id: id, payload } = frame;
  if (type === 'hello') return undefined;
  if (!ENVELOPES.includes(type)) return 'unknown type';
  if (typeof id !== 'string' || id === '' || id.length > MOST_ID) return 'no envelope_id';
  if (!isObject(payload)) return 'no payload';
  return type === 'events_api' ? eventFault(payload, client) : undefined;
};

/** The client emits an event by its type, on the very emitter that its own life runs on: 'close' would have it connect again. */
const eventFault = ({ event }: Frame, client: Client): string | undefined => {
  if (!isObject(event) || typeof event['type'] !== 'string') return 'no event';
  return client.eventNames().includes(event['type']) || OWN.has(event['type']) ? 'event with a name of the client' : undefined;
};

/** Names that the client listens to at times. */
const OWN = new Set([
  'authenticated',
  'close',
  'connected',
  'connecting',
  'disconnected',
  'disconnecting',
  'error',
  'reconnecting',
  'slack_event',
  'ws_message',
]);
