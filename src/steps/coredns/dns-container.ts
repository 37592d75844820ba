import type { Pod } from '../kube/pods.ts';

type Container = Pod['spec']['containers'][number];

/** How CoreDNS was started in a pod. */
export interface CoreDnsStart {
  readonly container: Container;
  /** Absolute path of its Corefile. */
  readonly path: string;
  readonly defaultPort: number;
}

const DNS_PORT = 53;
/** Where a CoreDNS finds its Corefile that is told nothing: its image runs in the root folder. */
const DEFAULT_PATH = '/Corefile';

/** The container that runs CoreDNS, or a cache built of it: the one that is told a Corefile, else one whose image says so; undefined for another DNS. */
export const coreDnsOf = ({ spec }: Pod): CoreDnsStart | undefined => {
  const told = spec.containers.map((container) => ({ container, path: flagOf(container, 'conf') })).find(({ path }) => path !== undefined);
  const container = told?.container ?? spec.containers.find(({ image }) => /(^|\/)coredns([:@]|$)/.test(image));
  if (container === undefined) return undefined;
  const path = told?.path ?? DEFAULT_PATH;
  const port = Number(flagOf(container, 'dns.port') ?? flagOf(container, 'p'));
  return { container, path: path.startsWith('/') ? path : `/${path}`, defaultPort: Number.isInteger(port) && port > 0 ? port : DNS_PORT };
};

/** Value of a flag as Go's programs take it: `-conf X`, `--conf X`, `-conf=X`. */
export const flagOf = ({ command, args }: Pick<Container, 'command' | 'args'>, name: string): string | undefined => {
  const words = [...command, ...args];
  for (const [index, word] of words.entries()) {
    const [, flag, value] = /^--?([\w.-]+)(?:=([^]*))?$/.exec(word) ?? [];
    if (flag === name) return value ?? words[index + 1];
  }
  return undefined;
};

/** The container's own variables; those that are taken from elsewhere are not known. */
export const environmentOf = ({ env }: Pick<Container, 'env'>): ReadonlyMap<string, string> =>
  new Map(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
