import type { SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** apps.connections.open may be called about once a minute for long. */
const FIRST_WAIT_MS = 5_000;
const MOST_WAIT_MS = 60_000;

/**
 * The socket's client asks Slack once for a new connection after it lost one. When that is answered with an error (an outage of a second is enough) it
 * gives up, and its promise is a rejection that nobody handles. This asks again until it is told to stop; only the very first time an error is an error.
 */
export const keepConnecting = (
  client: SocketModeReceiver['client'],
  { clock, log, stopping }: { readonly clock: Clock; readonly log: Log; readonly stopping: AbortSignal },
): void => {
  const start = client.start.bind(client);
  let wasConnected = false;
  client.on('connected', () => (wasConnected = true));
  client.start = async () => {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MOST_WAIT_MS)) {
      try {
        return await start();
      } catch (error) {
        if (!wasConnected) throw error;
        if (stopping.aborted) return { ok: false };
        log.warn({ reason: error instanceof Error ? error.message : String(error), waitMs }, 'slack gives no connection, asking again');
        await clock.sleep(waitMs, stopping).catch(() => undefined);
      }
    }
  };
};
