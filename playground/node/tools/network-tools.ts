import type { Program } from '../../control/program.ts';
import type { Question } from '../dns/message.ts';
import type { PodResolver } from '../dns/pod-resolver.ts';
import { knowsAll, type Shell } from './shell.ts';

/** Runs containers whose whole command the small shell understands, for example a probe's `sh -c "ip -o route get 8.8.8.8 && nc -z -w 5 HOST PORT"`. */
export const networkTools = (shell: Shell, resolver: PodResolver): Program => ({
  name: 'network tools',
  claims: (pod, container) => {
    const command = commandOf(pod, container);
    return command.length > 0 && knowsAll(command);
  },
  async start(pod, container, { signal, log }) {
    const lines = lineWriter(log);
    const hostIp = (pod as { status?: { hostIP?: string } }).status?.hostIP ?? '';
    const around = {
      hostIp,
      resolvConf: await resolver.resolvConf(pod),
      ask: (address: string, question: Question) => resolver.ask(pod, address, question),
    };
    const ended = shell(commandOf(pod, container), { stdout: lines.write, stderr: lines.write, ...around, signal }).finally(lines.flush);
    return { ended, stop: async () => undefined };
  },
});

const commandOf = (pod: unknown, container: string): readonly string[] => {
  const { containers } = (pod as { spec: { containers: { name: string; command?: string[]; args?: string[] }[] } }).spec;
  const { command = [], args = [] } = containers.find(({ name }) => name === container) ?? {};
  return [...command, ...args];
};

const lineWriter = (log: (line: string) => void): { write: (text: string) => void; flush: () => void } => {
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) log(line);
    },
    flush() {
      if (rest !== '') log(rest);
      rest = '';
    },
  };
};
