import type { ApiObject } from '../object.ts';
import type { Store } from '../store/store.ts';

/** Service addresses and node ports of one cluster. */
export interface AddressAllocator {
  /** A free address of 10.96.0.0/16. */
  clusterIp(): string;
  isFree(clusterIp: string): boolean;
  /** A free port from 30000 to 32767. */
  nodePort(): number;
}

const SERVICES = { group: '', plural: 'services' };
const NODE_PORTS = { first: 30_000, count: 2768 };
/** Addresses below are left to those who choose theirs: 10.96.0.1 for kubernetes, 10.96.0.10 for the cluster's DNS. */
const FIRST_DYNAMIC = 256;
const SUBNET_SIZE = 65_534;

/** Clusters have the same service network, as most do, yet each starts elsewhere in it, so that mixing two up shows. */
export const createAddressAllocator = (clusterName: string, store: Store): AddressAllocator => {
  let next = Array.from(clusterName).reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const used = (): Set<string> => new Set(store.list(SERVICES).map((service) => String(service['spec']?.clusterIP)));
  const usedPorts = (): Set<number> => new Set(store.list(SERVICES).flatMap(portsOf));
  return {
    clusterIp() {
      const taken = used();
      for (;;) {
        const offset = FIRST_DYNAMIC + (next % (SUBNET_SIZE - FIRST_DYNAMIC));
        next += 1;
        const address = `10.96.${offset >> 8}.${offset & 255}`;
        if (!taken.has(address) && (offset & 255) !== 0) return address;
      }
    },
    isFree: (clusterIp) => !used().has(clusterIp),
    nodePort() {
      const taken = usedPorts();
      for (;;) {
        const port = NODE_PORTS.first + (next % NODE_PORTS.count);
        next += 1;
        if (!taken.has(port)) return port;
      }
    },
  };
};

const portsOf = (service: ApiObject): number[] =>
  ((service['spec']?.ports ?? []) as { nodePort?: number }[]).flatMap(({ nodePort }) => nodePort ?? []);
