import { PassThrough, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Call } from '../call.ts';
import type { Befallen } from '../http/request-fault.ts';
import type { PodTarget } from './target.ts';

/** v5 adds channel 255, which closes another channel. */
export const EXEC_PROTOCOLS: readonly string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** Runs a command in a container; the streams are channels of the socket, the outcome a Status on channel 3. */
export const runExec = async (
  socket: WebSocket,
  { pod, backend, container }: PodTarget,
  { query }: Pick<Call, 'query'>,
  befallen: Befallen,
): Promise<void> => {
  const ended = new AbortController();
  const stdin = query.get('stdin') === 'true' ? new PassThrough() : undefined;
  const stdout = channelWriter(socket, query.get('stdout') === 'true' ? CHANNEL.stdout : undefined);
  const isTty = query.get('tty') === 'true';
  const stderr = isTty ? stdout : channelWriter(socket, query.get('stderr') === 'true' ? CHANNEL.stderr : undefined);
  socket.on('message', (data) => {
    const bytes = bytesOf(data);
    const channel = bytes[0];
    if (channel === CHANNEL.stdin) stdin?.write(bytes.subarray(1));
    else if (channel === CHANNEL.close && bytes[1] === CHANNEL.stdin) stdin?.end();
  });
  socket.on('close', () => {
    stdin?.end();
    ended.abort(new Error('the client closed the connection'));
  });
  socket.on('error', () => socket.terminate());
  stdin?.on('error', () => undefined);
  let outcome: object;
  try {
    const command = query.getAll('command');
    const { namespace = '', name } = pod.metadata;
    outcome = exitStatus(await backend.exec({ namespace, pod: name, container, command, stdin, stdout, stderr, signal: ended.signal }));
  } catch (error) {
    outcome = {
      metadata: {},
      status: 'Failure',
      message: `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
      reason: 'InternalError',
      details: { causes: [{ message: error instanceof Error ? error.message : String(error) }] },
      code: 500,
    };
  }
  // The status comes after all output, however many pieces that was written in.
  await Promise.all([...new Set([stdout, stderr])].map((stream) => new Promise<void>((resolve) => stream.end(resolve))));
  if (!(await befallen.after())) return socket.terminate();
  if (socket.readyState !== socket.OPEN) return;
  socket.send(Buffer.concat([Buffer.from([CHANNEL.status]), Buffer.from(JSON.stringify(outcome))]));
  socket.close(1000);
};

const exitStatus = (code: number): object =>
  code === 0
    ? { metadata: {}, status: 'Success' }
    : {
        metadata: {},
        status: 'Failure',
        message: `command terminated with non-zero exit code: exit status ${code}`,
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
      };

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));

/** Writes to one channel; output that nobody asked for is dropped. Waits while the socket is full. */
const channelWriter = (socket: WebSocket, channel: number | undefined): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (channel === undefined || socket.readyState !== socket.OPEN) done();
      else socket.send(Buffer.concat([Buffer.from([channel]), chunk]), () => done());
    },
  });
