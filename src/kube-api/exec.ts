import { z } from 'zod';
import type { ExecResult, ExecTarget } from './objects.ts';
import { sizeText, statusOf, tooLarge, type ApiStatus } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import { jsonOrNothing } from './bounded-json.ts';
import { LIMITS } from './limits.ts';
import { corePath } from './resources.ts';

/** Channels of v4.channel.k8s.io and v5.channel.k8s.io; the first byte of each message names one. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;
const V5 = 'v5.channel.k8s.io';

const statusSchema = z.object({
  status: z.string(),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
  details: z.object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional() }).optional(),
});

interface ExecCall {
  readonly target: ExecTarget;
  readonly command: readonly string[];
  readonly stdin?: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** The API server or the kubelet refused the command, or it was ended here: whatever the status says, the cluster answers. */
export class ExecRefusedError extends Error {
  override readonly name = 'ExecRefusedError';
  readonly status: ApiStatus;
  constructor(status: ApiStatus) {
    super(status.message);
    this.status = status;
  }
}

/** Runs a command in a container. Throws ExecRefusedError, ApiError for a refused connection, or the network's error. A connection that ends before the status leaves the exit code undefined: the command may have done its work. */
export const execIn = async (api: ApiServer, { target, command, stdin, signal, timeoutMs }: ExecCall): Promise<ExecResult> => {
  const { socket, listen, refused, end } = await api.socket(
    corePath('pods', { namespace: target.namespace, name: target.pod, subresource: 'exec' }),
    {
      protocols: [V5, 'v4.channel.k8s.io'],
      signal,
      timeoutMs,
      query: [
        ...command.map((word) => ['command', word] as const),
        ...(target.container === undefined ? [] : [['container', target.container] as const]),
        ...(stdin === undefined ? [] : [['stdin', 'true'] as const]),
        ['stdout', 'true'],
        ['stderr', 'true'],
      ],
    },
  );
  const output = { [CHANNEL.stdout]: [] as Buffer[], [CHANNEL.stderr]: [] as Buffer[] };
  let bytes = 0;
  let status: z.infer<typeof statusSchema> | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  const message = (received: Buffer): void => {
    const [channel] = received;
    const content = received.subarray(1);
    if (channel === CHANNEL.status) {
      const parsed = statusSchema.safeParse(jsonOrNothing(content.toString('utf8')));
      status = parsed.data;
      resolve();
    } else if (channel === CHANNEL.stdout || channel === CHANNEL.stderr) {
      bytes += content.length;
      if (bytes > LIMITS.execBytes) reject(tooLarge(`the command printed more than ${sizeText(LIMITS.execBytes)}`, 413));
      else output[channel].push(content);
    }
  };
  listen({ message, ended: resolve });
  try {
    if (signal.aborted) abort();
    if (stdin !== undefined) {
      // v4 cannot end the input, and closing the connection loses the output.
      if (socket.protocol !== V5) throw new Error('the API server cannot end the input of a command (needs Kubernetes 1.30)');
      socket.send(Buffer.concat([Buffer.from([CHANNEL.stdin]), Buffer.from(stdin, 'utf8')]));
      socket.send(Buffer.from([CHANNEL.close, CHANNEL.stdin]));
    }
    await promise;
    const reason = refused();
    if (status === undefined && reason !== undefined) throw reason;
  } finally {
    signal.removeEventListener('abort', abort);
    end();
  }
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return { exitCode: exitCodeOf(status), stdout: text(output[CHANNEL.stdout]), stderr: text(output[CHANNEL.stderr]) };
};

const exitCodeOf = (status: z.infer<typeof statusSchema> | undefined): number | undefined => {
  if (status === undefined) return undefined;
  if (status.status === 'Success') return 0;
  const exitCode = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (exitCode !== undefined && /^-?\d{1,5}$/.test(exitCode)) return Number(exitCode);
  throw new ExecRefusedError(statusOf(status, status.code ?? 500, 'the command did not start'));
};
