import type { NodeBackend } from '../../kubernetes-api/contract.ts';
import type { Shell } from '../tools/shell.ts';
import type { Mutable } from '../../control/kit.ts';
import type { PodResolver } from '../dns/pod-resolver.ts';
import type { Container } from './container.ts';
import type { Kubelet } from './kubelet.ts';

/** exec, logs and port-forward of the pods that the kubelet runs; commands in containers without a program of their own go to the small shell. */
export const nodeBackend = (kubelet: Kubelet, shell: Shell, resolver: PodResolver): NodeBackend => {
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
      const sandbox = kubelet.sandbox(namespace, pod);
      const own = found.running?.exec;
      const [program = ''] = command;
      const image = imageOf(sandbox?.pod, container);
      // A program brings its own commands; those of a distribution are there where its image has one.
      if (own !== undefined && !OF_DISTRIBUTIONS.has(program)) return own(command, { stdin, stdout, stderr, signal });
      if (sandbox === undefined || (program === 'nslookup' && DEBIAN.test(image))) {
        stderr.write(`exec: "${program}": executable file not found in $PATH\n`);
        return 127;
      }
      return shell(command, {
        stdout: (text) => stdout.write(text),
        stderr: (text) => stderr.write(text),
        hostIp: sandbox.hostIp,
        resolvConf: await resolver.resolvConf(sandbox.pod),
        ask: (address, question) => resolver.ask(sandbox.pod, address, question),
        signal,
      });
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

/** Alpine has BusyBox with nslookup; Debian, of whose releases images bear the names, brings none. */
const OF_DISTRIBUTIONS = new Set(['cat', 'getent', 'nslookup']);
const DEBIAN = /bookworm|bullseye|trixie/;

const imageOf = (pod: Mutable | undefined, container: string | undefined): string =>
  (pod?.spec.containers.find(({ name }: { name: string }) => name === container) ?? pod?.spec.containers[0])?.image ?? '';
