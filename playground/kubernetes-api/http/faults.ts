import type { ApiFaults, ApiRequest, RequestFault } from '../contract.ts';
import { befall, type Befallen } from './request-fault.ts';

interface FaultControls {
  readonly faults: ApiFaults;
  /** Resolves at once unless the server hangs; then when it does no longer. */
  answering(): Promise<void>;
  /** True, once, for each request that is to be refused with 429. */
  takeThrottle(): boolean;
  /** What was ordered for this request, taken. */
  befalling(request: ApiRequest): Befallen;
  watchLagMs(): number;
  isHanging(): boolean;
  /** Calls when the server answers again. */
  onRelease(listener: () => void): () => void;
}

export const createFaults = (server: { setDown(down: boolean): void; dropConnections(): void; compact(): void }): FaultControls => {
  let down = false;
  let hanging = false;
  let throttleNext = 0;
  let watchLagMs = 0;
  const orders = new Set<{ readonly fault: RequestFault; readonly chosen: (request: ApiRequest) => boolean; left: number }>();
  const waiting = new Set<() => void>();
  const faults: ApiFaults = {
    get down() {
      return down;
    },
    set down(value) {
      if (value === down) return;
      down = value;
      server.setDown(value);
    },
    get hanging() {
      return hanging;
    },
    set hanging(value) {
      hanging = value;
      if (!value) for (const listener of waiting) listener();
    },
    get throttleNext() {
      return throttleNext;
    },
    set throttleNext(value) {
      throttleNext = value;
    },
    dropConnections: () => server.dropConnections(),
    compact: () => server.compact(),
    get watchLagMs() {
      return watchLagMs;
    },
    set watchLagMs(value) {
      watchLagMs = value;
    },
    order(fault, chosen, times = Infinity) {
      const order = { fault, chosen, left: times };
      orders.add(order);
      return () => void orders.delete(order);
    },
  };
  const onRelease = (listener: () => void): (() => void) => {
    waiting.add(listener);
    return () => waiting.delete(listener);
  };
  return {
    faults,
    isHanging: () => hanging,
    watchLagMs: () => watchLagMs,
    onRelease,
    befalling(request) {
      const taken = [...orders].filter((order) => order.left > 0 && order.chosen(request));
      for (const order of taken) order.left -= 1;
      return befall(
        taken.map(({ fault }) => fault),
        request,
      );
    },
    answering() {
      if (!hanging) return Promise.resolve();
      return new Promise((resolve) => {
        const stop = onRelease(() => {
          stop();
          resolve();
        });
      });
    },
    takeThrottle() {
      if (throttleNext <= 0) return false;
      throttleNext -= 1;
      return true;
    },
  };
};
