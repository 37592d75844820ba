import { Duplex } from 'node:stream';
import type { ApiServer } from '../../kube-api/api-server.ts';

interface ForwardCall {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Channels of one forwarded port: 0 carries data, 1 the error; the first message of each is the port number. */
const DATA = 0;
const PORT_BYTES = 2;

/** TCP stream to a port of a pod. The protocol cannot end one direction: ending the stream closes both. */
export const forwardTo = async (api: ApiServer, { namespace, pod, port, signal, timeoutMs }: ForwardCall): Promise<Duplex> => {
  const socket = await api.socket(`/api/v1/namespaces/${namespace}/pods/${pod}/portforward`, {
    query: [['ports', String(port)]],
    protocols: ['v4.channel.k8s.io'],
    signal,
    timeoutMs,
  });
  const started = new Set<number>();
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      if (socket.readyState !== socket.OPEN) return done(new Error('the forwarded connection is closed'));
      socket.send(Buffer.concat([Buffer.from([DATA]), chunk]));
      done();
    },
    final(done) {
      socket.close();
      done();
    },
    destroy(error, done) {
      socket.close();
      done(error);
    },
  });
  socket.addEventListener('message', ({ data }) => {
    const message = Buffer.from(data as ArrayBuffer);
    const channel = message[0] ?? DATA;
    const content = message.subarray(started.has(channel) ? 1 : 1 + PORT_BYTES);
    started.add(channel);
    if (content.length === 0) return;
    if (channel === DATA) stream.push(content);
    else stream.destroy(new Error(content.toString('utf8').trim()));
  });
  socket.addEventListener('close', () => {
    if (!stream.destroyed) stream.push(null);
  });
  return stream;
};
