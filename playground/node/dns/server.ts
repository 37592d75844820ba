import type { OperatorClient } from '../../control/kit.ts';
import type { Directive, ServerBlock } from './corefile.ts';
import { askKubernetes } from './kubernetes-zone.ts';
import { TYPE_A, type Answer, type Question, type Resolve } from './message.ts';

export interface DnsContext {
  readonly client: OperatorClient;
  /** The server behind a ClusterIP that `forward` names; undefined: nobody answers there. */
  readonly forwardTargets: (clusterIp: string) => Promise<Resolve | undefined>;
  /** On which it was asked. */
  readonly port: number;
  /** Files of the container, for `hosts`. */
  readonly files: ReadonlyMap<string, string>;
}

const SERVFAIL: Answer = { rcode: 'SERVFAIL', addresses: [] };
const NO_DATA: Answer = { rcode: 'NOERROR', addresses: [] };

/** Answers as the server blocks of its port say: the longest matching zone serves, its plugins in CoreDNS's order; no block: REFUSED. */
export const serve =
  (blocks: readonly ServerBlock[], context: DnsContext): Resolve =>
  async (question) => {
    const serving = blocks
      .filter(({ zone, port, transport }) => transport === 'dns' && port === context.port && within(question.name, zone))
      .toSorted((a, b) => b.zone.length - a.zone.length)[0];
    if (serving === undefined) return { rcode: 'REFUSED', addresses: [] };
    for (const plugin of ORDER) {
      for (const directive of serving.directives) {
        if (directive.plugin !== plugin) continue;
        const answer = await RESOLVERS[plugin](question, directive, context);
        if (answer !== undefined) return answer;
      }
    }
    return SERVFAIL;
  };

/** Plugins run in the order of CoreDNS's build, not of the Corefile. */
const ORDER = ['hosts', 'kubernetes', 'forward'] as const;

type PluginResolver = (question: Question, directive: Directive, context: DnsContext) => Promise<Answer | undefined>;

const RESOLVERS: Readonly<Record<(typeof ORDER)[number], PluginResolver>> = {
  async hosts({ name, type }, { args, block }, { files }) {
    const lines = (files.get(args[0] ?? '/etc/hosts') ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
    const addresses = lines.filter(([, ...names]) => names.includes(name)).map(([address = '']) => address);
    if (addresses.length > 0) return type === TYPE_A ? { rcode: 'NOERROR', addresses } : NO_DATA;
    return fallsThrough(block, name) ? undefined : { rcode: 'NXDOMAIN', addresses: [] };
  },
  async kubernetes({ name, type }, { args, block }, { client }) {
    const zone = args.find((one) => within(name, trim(one)));
    if (zone === undefined) return undefined;
    const relative = name.slice(0, -trim(zone).length - 1);
    const answer: Answer = trim(zone).endsWith('.arpa') ? { rcode: 'NXDOMAIN', addresses: [] } : await askKubernetes(client, relative);
    if (answer.rcode === 'NXDOMAIN' && fallsThrough(block, name)) return undefined;
    return type === TYPE_A || answer.rcode !== 'NOERROR' ? answer : NO_DATA;
  },
  async forward(question, { args: [from = '.', ...targets] }, { forwardTargets }) {
    if (!within(question.name, trim(from))) return undefined;
    for (const target of targets) {
      const address = /(\d+\.\d+\.\d+\.\d+)/.exec(target)?.[1];
      const upstream = address === undefined ? undefined : await forwardTargets(address);
      if (upstream === undefined) continue;
      try {
        return await upstream(question);
      } catch {
        continue;
      }
    }
    return SERVFAIL;
  },
};

/** `fallthrough` alone is for every name, with zones for names in these. */
const fallsThrough = (block: Directive['block'], name: string): boolean =>
  block.some(([option, ...zones]) => option === 'fallthrough' && (zones.length === 0 || zones.some((zone) => within(name, trim(zone)))));

const trim = (zone: string): string => zone.replace(/\.$/, '').toLowerCase();
const within = (name: string, zone: string): boolean => zone === '' || name === zone || name.endsWith(`.${zone}`);
