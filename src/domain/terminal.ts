import type { Fleet } from './fleet.ts';

/** One line for a terminal. Where it goes is not part of its words, so that none can be without a context. */
export interface TerminalLine {
  readonly tool: 'kubectl' | 'helm';
  /** Name of the cluster in pgdist.yaml. */
  readonly cluster: string;
  /** Absent: about objects of the whole cluster. */
  readonly namespace?: string;
  /** What comes after the tool, its context and its namespace: 'logs deploy/coredns --tail=50'. */
  readonly line: string;
  /** Given to it on standard input: YAML, whole. */
  readonly input?: string;
}

/** About objects of a namespace. */
export const kubectlIn = (cluster: string, namespace: string, line: string): TerminalLine => ({ tool: 'kubectl', cluster, namespace, line });
/** About objects of the whole cluster. */
export const kubectlOn = (cluster: string, line: string): TerminalLine => ({ tool: 'kubectl', cluster, line });
export const helmIn = (cluster: string, namespace: string, line: string): TerminalLine => ({ tool: 'helm', cluster, namespace, line });

/** One statement in the server of a pod. */
export const psqlIn = (cluster: string, namespace: string, pod: string, sql: string): TerminalLine =>
  kubectlIn(cluster, namespace, `exec ${pod} -c postgres -- psql -U postgres -c ${quoted(sql)}`);

/** As it is typed: `kubectl --context demo-worker -n demo get pods`. A cluster that the configuration no longer has is called as its name. */
export const typedAs = ({ tool, cluster, namespace, line, input }: TerminalLine, { clusters }: Pick<Fleet, 'clusters'>): string => {
  const context = clusters.find(({ name }) => name === cluster)?.context ?? cluster;
  const flag = tool === 'helm' ? '--kube-context' : '--context';
  const where = [tool, flag, quoted(context), ...(namespace === undefined ? [] : ['-n', quoted(namespace)])].join(' ');
  return input === undefined ? `${where} ${line}` : `${where} ${line} <<'EOF'\n${input.trimEnd()}\nEOF`;
};

/** One word of a shell, whatever is in it. */
export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
