import { duplexPair, type Duplex } from 'node:stream';
import { readAnswer, readQuery, writeAnswer, writeQuery, type Answer, type Question, type Resolve } from './message.ts';

/** The client's end of a DNS connection over TCP: messages with two bytes of length in front (RFC 7766). */
export const dnsConnection = (resolve: Resolve): Duplex => {
  const [client, server] = duplexPair();
  let rest = Buffer.alloc(0);
  server.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const length = rest.readUInt16BE(0);
      const message = rest.subarray(2, 2 + length);
      rest = rest.subarray(2 + length);
      void answer(message, resolve).then(
        (reply) => {
          if (server.writable) server.write(framed(reply));
        },
        () => server.destroy(),
      );
    }
  });
  server.on('end', () => server.end());
  server.on('error', () => undefined);
  return client;
};

const answer = async (message: Buffer, resolve: Resolve): Promise<Buffer> => {
  const query = readQuery(message);
  return writeAnswer(query, await resolve(query));
};

/** A message as TCP carries it. Exported for tests. */
export const framed = (message: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
};

/** Asks one question over a connection and ends it; undefined when it ends without an answer. */
export const askOver = async (stream: Duplex, question: Question): Promise<Answer | undefined> => {
  stream.write(framed(writeQuery({ id: 1, ...question })));
  let received = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      received = Buffer.concat([received, chunk as Buffer]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) return readAnswer(received.subarray(2));
    }
  } catch {
    return undefined;
  } finally {
    stream.destroy();
  }
  return undefined;
};
