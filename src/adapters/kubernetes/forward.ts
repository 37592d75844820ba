import { Duplex } from 'node:stream';
import { cut, sizeText } from '../../kube-api/api-error.ts';
import { LIMITS } from '../../kube-api/limits.ts';
import type { ApiServer } from '../../kube-api/api-server.ts';
import { corePath } from '../../kube-api/resources.ts';

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
  const { socket, listen, refused, end } = await api.socket(corePath('pods', { namespace, name: pod, subresource: 'portforward' }), {
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
      end();
      done();
    },
    destroy(error, done) {
      end();
      done(error);
    },
  });
  const message = (received: Buffer): void => {
    if (stream.destroyed) return;
    const channel = received[0] ?? DATA;
    const content = received.subarray(started.has(channel) ? 1 : 1 + PORT_BYTES);
    started.add(channel);
    if (content.length === 0) return;
    if (channel !== DATA) stream.destroy(new Error(cut(content.toString('utf8').trim(), LIMITS.causeLength)));
    else if (stream.readableLength + content.length > LIMITS.forwardBufferBytes)
      stream.destroy(new Error(`more than ${sizeText(LIMITS.forwardBufferBytes)} came at once`));
    else stream.push(content);
  };
  const ended = (): void => {
    if (stream.destroyed) return;
    const reason = refused();
    if (reason === undefined) stream.push(null);
    else stream.destroy(reason);
  };
  listen({ message, ended });
  return stream;
};
