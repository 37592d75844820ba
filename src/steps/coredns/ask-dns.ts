import { TransientError } from '../../domain/problem.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { StepContext } from '../context.ts';
import { decodeAnswer, encodeQuestion, type DnsAnswer } from './dns-message.ts';

const TIMEOUT_MS = 5_000;
const LENGTH_BYTES = 2;

/**
 * Asks one pod for the IPv4 address of a name, over TCP through a port-forward: nothing has to run in the cluster for it.
 * Throws TransientError when no answer comes within 5 s.
 */
export const askDns = async (
  context: Pick<StepContext, 'clock' | 'signal'>,
  cluster: ClusterReader,
  target: { readonly namespace: string; readonly pod: string; readonly port: number },
  name: string,
): Promise<DnsAnswer> => {
  const id = Math.floor(context.clock.monotonicMs()) % 0x10000;
  const message = encodeQuestion(id, name);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(message.length);
  const stream = await cluster.forward(target);
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const tooLate = context.clock.sleep(TIMEOUT_MS, signal).then(
    () => stream.destroy(new TransientError(`DNS of pod ${target.pod} on ${cluster.name} did not answer within ${TIMEOUT_MS / 1000} s`)),
    () => stream.destroy(),
  );
  try {
    stream.write(Buffer.concat([length, message]));
    const chunks: Buffer[] = [];
    let bytes = 0;
    let received = Buffer.alloc(0);
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      // Joined once there is enough: an answer that comes byte by byte would else be copied for each of them.
      if (bytes < LENGTH_BYTES) continue;
      if (received.length < LENGTH_BYTES) received = Buffer.concat(chunks);
      if (bytes < LENGTH_BYTES + received.readUInt16BE(0)) continue;
      received = Buffer.concat(chunks);
      const answer = decodeAnswer(received.subarray(LENGTH_BYTES, LENGTH_BYTES + received.readUInt16BE(0)));
      if (answer.id === id) return answer;
      throw new TransientError(`DNS of pod ${target.pod} on ${cluster.name} answered another question`);
    }
    throw new TransientError(`DNS of pod ${target.pod} on ${cluster.name} closed the connection without an answer`);
  } catch (error) {
    context.signal.throwIfAborted();
    throw error instanceof TransientError
      ? error
      : new TransientError(`asking DNS of pod ${target.pod} on ${cluster.name}: ${(error as Error).message}`);
  } finally {
    ended.abort(new Error('answered'));
    await tooLate;
  }
};
