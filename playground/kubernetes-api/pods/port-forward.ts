import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Call } from '../call.ts';
import type { PodTarget } from './target.ts';

export const FORWARD_PROTOCOLS: readonly string[] = ['v4.channel.k8s.io'];

/**
 * Forwards to ports of a pod as a kubelet does over a WebSocket: port n of `ports` has channel 2n for data and 2n+1 for errors,
 * and each channel first sends its port in two bytes, the lower first.
 */
export const runPortForward = async (socket: WebSocket, { pod, backend }: PodTarget, { query }: Pick<Call, 'query'>): Promise<void> => {
  const ports = query.getAll('ports').flatMap((list) => list.split(',').map(Number));
  const waiting = new Map<number, Buffer[]>(ports.map((_, index) => [index * 2, []]));
  const streams = new Map<number, Duplex>();
  const send = (channel: number, bytes: Uint8Array): void => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  };
  socket.on('message', (data) => {
    const bytes = bytesOf(data);
    const channel = bytes[0] ?? 0;
    const stream = streams.get(channel);
    if (stream === undefined) waiting.get(channel)?.push(bytes.subarray(1));
    else stream.write(bytes.subarray(1));
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    for (const stream of streams.values()) stream.destroy();
  });
  for (const [index, port] of ports.entries()) {
    const announcement = Buffer.alloc(2);
    announcement.writeUInt16LE(port);
    send(index * 2, announcement);
    send(index * 2 + 1, announcement);
  }
  await Promise.all(
    ports.map(async (port, index) => {
      const { namespace = '', name } = pod.metadata;
      try {
        const stream = await backend.connect({ namespace, pod: name, port });
        streams.set(index * 2, stream);
        for (const early of waiting.get(index * 2) ?? []) stream.write(early);
        stream.on('data', (chunk: Buffer) => send(index * 2, chunk));
        stream.on('error', (error) => send(index * 2 + 1, Buffer.from(errorText(port, pod.metadata.uid, error))));
        stream.on('close', () => {
          streams.delete(index * 2);
          if (streams.size === 0) socket.close(1000);
        });
        if (socket.readyState !== socket.OPEN) stream.destroy();
      } catch (error) {
        send(index * 2 + 1, Buffer.from(errorText(port, pod.metadata.uid, error)));
        if (ports.length === 1) socket.close(1000);
      }
    }),
  );
};

const errorText = (port: number, uid: string | undefined, error: unknown): string =>
  `error forwarding port ${port} to pod ${uid ?? ''}, uid : ${error instanceof Error ? error.message : String(error)}`;

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));
