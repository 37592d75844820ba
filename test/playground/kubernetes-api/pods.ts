import { createServer } from 'node:net';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { NodeBackend } from '../../../playground/kubernetes-api/index.ts';
import type { Target } from './target.ts';

/** A node whose containers know four commands (echo, cat, fail, wait) and whose port 5432 answers each line in upper case. */
export const smallNode = async (): Promise<{ readonly backend: NodeBackend; close(): Promise<void> }> => {
  const shouting = createServer((socket) => {
    socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    shouting.listen(0, '127.0.0.1', resolve);
  });
  const backend: NodeBackend = {
    async exec({ command: [name, ...rest], stdin, stdout, stderr, signal }) {
      if (name === 'echo') stdout.write(`${rest.join(' ')}\n`);
      else if (name === 'cat' && stdin !== undefined) stdout.write(await text(stdin));
      else if (name === 'wait') await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      else {
        stderr.write(`${name}: not found\n`);
        return 127;
      }
      return 0;
    },
    logs: async ({ container }) => (container === 'starting' ? undefined : 'one\ntwo\nthree\n'),
    async connect({ port }) {
      if (port !== 5432) throw new Error(`dial tcp 127.0.0.1:${port}: connect: connection refused`);
      return connect((shouting.address() as AddressInfo).port, '127.0.0.1');
    },
  };
  return { backend, close: () => new Promise((resolve) => shouting.close(() => resolve())) };
};

/** A pod on a node, as a scheduler and a kubelet leave it. */
export const runPod = async ({ api }: Target, namespace: string, name: string, containers: readonly string[] = ['main']): Promise<void> => {
  const spec = { nodeName: 'node-1', containers: containers.map((container) => ({ name: container, image: 'example.org/app:1' })) };
  await api.json('POST', `/api/v1/namespaces/${namespace}/pods`, { body: { metadata: { name }, spec } });
  const status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: containers.map((container) => ({
      name: container,
      ready: true,
      restartCount: 0,
      image: '',
      imageID: '',
      state: { running: {} },
    })),
  };
  await api.json('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, { body: { status }, type: 'application/merge-patch+json' });
};
