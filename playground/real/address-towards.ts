import { once } from 'node:events';
import { connect } from 'node:net';

/** Address of this machine that connections to a server come from: where the server and its pods reach this machine. Throws when it cannot be reached in 10 s. */
export const addressTowards = async (server: string): Promise<string> => {
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: port === '' ? 443 : Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(10_000) });
    return socket.localAddress ?? '';
  } finally {
    socket.destroy();
  }
};
