import type { OperatorClient } from '../../control/kit.ts';
import type { SimulatedTime } from '../../control/simulated-time.ts';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import { mountedConfigFiles } from '../kubelet/volumes.ts';
import type { Program } from '../../control/program.ts';
import { CorefileError, parseCorefile, type ServerBlock } from './corefile.ts';
import type { Resolve } from './message.ts';
import { serve, type DnsContext } from './server.ts';
import { dnsConnection } from './tcp.ts';

const VERSION = '1.12.1';
const DEFAULT_CONF = '/etc/coredns/Corefile';
/** The kubelet refreshes the volume within a minute, the reload plugin looks every 30 s with up to 15 s of jitter: together 30 to 120 s. */
const RELOAD_SHORTEST_MS = 30_000;
const RELOAD_SPREAD_MS = 90_000;

export interface CoreDnsOptions {
  readonly client: OperatorClient;
  readonly time: SimulatedTime;
  readonly random: () => number;
  readonly forwardTargets: DnsContext['forwardTargets'];
}

/** A program that is built of CoreDNS. */
interface CoreDnsBuild {
  readonly name: string;
  /** Of its image. */
  readonly image: RegExp;
  /** What it makes of the files that it mounts before it reads its Corefile. */
  prepare?(pod: KubeObject, args: readonly string[], files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>>;
}

const COREDNS: CoreDnsBuild = { name: 'coredns', image: /(^|\/)coredns(:|@|$)/ };

/** CoreDNS: reads its Corefile from the mounted ConfigMap at start and answers DNS over TCP on port 53. */
export const coreDns = ({ client, time, random, forwardTargets }: CoreDnsOptions, build = COREDNS): Program => ({
  name: build.name,
  claims: (pod, container) => build.image.test(specOf(pod, container)?.image ?? ''),
  async start(pod, container, { signal, log }) {
    const { args = [], command = [], env = [] } = specOf(pod, container) ?? {};
    const conf = flagOf([...command, ...args], 'conf') ?? DEFAULT_CONF;
    const defaultPort = Number(flagOf([...command, ...args], 'dns.port') ?? 53);
    const environment = new Map(env.map(({ name, value = '' }) => [name, value]));
    const load = async (): Promise<{ blocks: readonly ServerBlock[]; resolve: (port: number) => Resolve; text: string }> => {
      const mounted = await mountedConfigFiles(client, pod, container);
      const files = (await build.prepare?.(pod, args, mounted)) ?? mounted;
      const blocks = parseCorefile(conf, files, { environment, defaultPort });
      return { blocks, resolve: (port) => serve(blocks, { client, forwardTargets, files, port }), text: JSON.stringify([...files]) };
    };
    let current: Awaited<ReturnType<typeof load>>;
    try {
      current = await load();
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error;
      log(error.message);
      return { ended: Promise.resolve(1), ready: new Promise(() => undefined), stop: async () => undefined };
    }
    const announce = (): void => {
      for (const { zone, port, transport } of current.blocks) log(`${transport === 'dns' ? '' : `${transport}://`}${zone}.:${port}`);
    };
    announce();
    log(`CoreDNS-${VERSION}`);
    log('linux/amd64, go1.24.1, 707c7c1');

    const reload = async (): Promise<void> => {
      while (current.blocks.some(({ directives }) => directives.some(({ plugin }) => plugin === 'reload'))) {
        if (!(await time.after(RELOAD_SHORTEST_MS + random() * RELOAD_SPREAD_MS, signal))) return;
        try {
          const next = await load();
          if (next.text === current.text) continue;
          log('[INFO] Reloading');
          current = next;
          announce();
          log('[INFO] Reloading complete');
        } catch (error) {
          log(`[ERROR] Restart failed: ${(error as Error).message}`);
        }
      }
    };
    void reload();
    return {
      async connect(port) {
        if (!current.blocks.some((block) => block.port === port && block.transport === 'dns'))
          throw new Error(`dial tcp4 127.0.0.1:${port}: connect: connection refused`);
        return dnsConnection((question) => current.resolve(port)(question));
      },
      stop: async () => undefined,
    };
  },
});

interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

const specOf = (pod: { readonly [field: string]: unknown }, container: string): ContainerSpec | undefined =>
  (pod as { spec: { containers: ContainerSpec[] } }).spec.containers.find(({ name }) => name === container);

const flagOf = (words: readonly string[], flag: string): string | undefined => {
  const at = words.findIndex((word) => ['-', '--'].some((dash) => word === `${dash}${flag}` || word.startsWith(`${dash}${flag}=`)));
  const word = words[at];
  return word === undefined ? undefined : word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1];
};
