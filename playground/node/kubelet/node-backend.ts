import type { NodeBackend } from '../../kubernetes-api/contract.ts';
import type { Shell } from '../tools/shell.ts';
import type { Container } from './container.ts';
import type { Kubelet } from './kubelet.ts';

/** exec, logs and port-forward of the pods that the kubelet runs; commands in containers without a program of their own go to the small shell. */
export const nodeBackend = (kubelet: Kubelet, shell: Shell): NodeBackend => {
  const find = (namespace: string, pod: string, container: string | undefined): Container | undefined => {
    const sandbox = kubelet.sandbox(namespace, pod);
    const chosen =
      container ?? sandbox?.pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? sandbox?.pod.spec.containers[0].name;
    return sandbox?.containers.get(chosen);
  };
  return {
    async exec({ namespace, pod, container, command, stdin, stdout, stderr, signal }) {
      const found = find(namespace, pod, container);
      if (found === undefined || found.state.state.running === undefined) throw new Error(`container not found ("${container ?? pod}")`);
      if (found.running?.exec !== undefined) return found.running.exec(command, { stdin, stdout, stderr, signal });
      const node = kubelet.sandbox(namespace, pod)?.hostIp ?? '';
      return shell(command, { stdout: (text) => stdout.write(text), stderr: (text) => stderr.write(text), hostIp: node, signal });
    },
    async logs({ namespace, pod, container }) {
      const found = find(namespace, pod, container);
      if (found === undefined || (found.state.state.waiting?.reason === 'ContainerCreating' && found.log.length === 0)) return undefined;
      return found.log.map((line) => `${line}\n`).join('');
    },
    async connect({ namespace, pod, port }) {
      const refused: Error[] = [];
      for (const { running } of kubelet.sandbox(namespace, pod)?.containers.values() ?? []) {
        if (running?.connect === undefined) continue;
        try {
          return await running.connect(port);
        } catch (error) {
          refused.push(error as Error);
        }
      }
      throw refused[0] ?? new Error(`dial tcp4 127.0.0.1:${port}: connect: connection refused`);
    },
  };
};
