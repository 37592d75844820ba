import { cut } from '../../domain/cut.ts';
import { CorefileError, type Corefile, type ServerBlock } from './corefile.ts';
import type { Word } from './corefile-words.ts';

/** What a key of a server block stands for: 'dns://slice.local.:53'. */
export interface ZoneKey {
  /** Small letters, without the final dot; '' for the root. */
  readonly zone: string;
  readonly port: number;
  /** False for DNS over TLS, HTTPS, QUIC or gRPC: no pod asks there. */
  readonly plain: boolean;
  readonly word: Word;
}

const OTHER_TRANSPORTS: Readonly<Record<string, number>> = { tls: 853, quic: 853, grpc: 443, https: 443, https3: 443 };

/** Keys of a block, as CoreDNS reads them; `defaultPort` is that of its command line. */
export const zonesOf = ({ keys }: ServerBlock, defaultPort: number): ZoneKey[] =>
  keys.map((word) => {
    const [, transport = 'dns', rest = ''] = /^(?:(dns|tls|quic|grpc|https3?):\/\/)?([^]*)$/.exec(word.text) ?? [];
    const [, zone = '', port] = /^([^]*?)(?::(\d+))?$/.exec(rest) ?? [];
    return {
      zone: zone.replace(/\.$/, '').toLowerCase(),
      port: port === undefined ? (OTHER_TRANSPORTS[transport] ?? defaultPort) : Number(port),
      plain: transport === 'dns',
      word,
    };
  });

/** True for a block that answers only some: others may serve the same zone beside it. */
export const isPartial = ({ directives }: ServerBlock): boolean => directives.some(({ name }) => name === 'view');

/** Throws CorefileError where two blocks serve one zone at one port, for which CoreDNS does not start. */
export const checkZones = ({ blocks }: Corefile, defaultPort: number): void => {
  const taken = new Map<string, readonly string[]>();
  for (const block of blocks) {
    if (isPartial(block)) continue;
    const addresses = addressesOf(block);
    for (const { zone, port, plain, word } of zonesOf(block, defaultPort)) {
      const key = `${plain ? 'dns' : (/^\w+/.exec(word.text)?.[0] ?? '')}://${zone}.:${port}`;
      const before = taken.get(key);
      if (before !== undefined && (before.length === 0 || addresses.length === 0 || addresses.some((one) => before.includes(one))))
        throw new CorefileError(`${word.file}, line ${word.line}: ${cut(key, 100)} is served by a block before`);
      taken.set(key, [...(before ?? []), ...addresses]);
    }
  }
};

/** Addresses or interfaces that the block listens on; none: all. */
const addressesOf = ({ directives }: ServerBlock): string[] =>
  directives.filter(({ name }) => name === 'bind').flatMap(({ words }) => words.slice(1).map(({ text }) => text));

/** Ports on which pods may ask for anything: those of the root's blocks, else the default one. */
export const rootPorts = ({ blocks }: Corefile, defaultPort: number): number[] => {
  const ports = blocks.flatMap((block) => zonesOf(block, defaultPort).flatMap(({ zone, port, plain }) => (zone === '' && plain ? [port] : [])));
  return ports.length === 0 ? [defaultPort] : [...new Set(ports)];
};
