import { EventEmitter } from 'node:events';

/** A gateway pod that runs, as its peer sees it. */
interface GatewayEnd {
  readonly pod: string;
  readonly podIp: string;
  readonly vpnIp: string;
}

/** The WireGuard links between the gateway pods of the fleet: each worker offers its ends and looks at its peer's. */
export interface Tunnels {
  offer(local: string, remote: string, slice: string, ends: readonly GatewayEnd[]): void;
  /** What answers from the other side: nothing when the link is cut or the peer does not run. */
  peers(local: string, remote: string, slice: string): readonly GatewayEnd[];
  cut(a: string, b: string): void;
  mend(a: string, b: string): void;
  /** Whether gateways of the two run on both sides and see each other. */
  linked(a: string, b: string): boolean;
  /** Calls back on every change until the signal ends. */
  onChange(listener: () => void, signal: AbortSignal): void;
}

export const tunnelsOf = (): Tunnels => {
  const ends = new Map<string, readonly GatewayEnd[]>();
  const cuts = new Set<string>();
  const events = new EventEmitter().setMaxListeners(0);
  const key = (...parts: string[]): string => parts.join('\n');
  const link = (a: string, b: string): string => key(...[a, b].toSorted());
  return {
    offer(local, remote, slice, offered) {
      const at = key(local, remote, slice);
      if (JSON.stringify(ends.get(at) ?? []) === JSON.stringify(offered)) return;
      ends.set(at, offered);
      events.emit('change');
    },
    peers: (local, remote, slice) => (cuts.has(link(local, remote)) ? [] : (ends.get(key(remote, local, slice)) ?? [])),
    cut(a, b) {
      cuts.add(link(a, b));
      events.emit('change');
    },
    mend(a, b) {
      cuts.delete(link(a, b));
      events.emit('change');
    },
    linked: (a, b) =>
      !cuts.has(link(a, b)) &&
      [
        [a, b],
        [b, a],
      ].every((pair) => [...ends].some(([at, offered]) => offered.length > 0 && at.startsWith(`${key(...pair)}\n`))),
    onChange(listener, signal) {
      events.on('change', listener);
      signal.addEventListener('abort', () => events.off('change', listener), { once: true });
    },
  };
};
