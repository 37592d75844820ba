import type { ApiFaults } from '../contract.ts';

interface FaultControls {
  readonly faults: ApiFaults;
  /** Resolves at once unless the server hangs; then when it does no longer. */
  answering(): Promise<void>;
  /** True, once, for each request that is to be refused with 429. */
  takeThrottle(): boolean;
  isHanging(): boolean;
  /** Calls when the server answers again. */
  onRelease(listener: () => void): () => void;
}

export const createFaults = (server: { setDown(down: boolean): void; dropConnections(): void; compact(): void }): FaultControls => {
  let down = false;
  let hanging = false;
  let throttleNext = 0;
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
  };
  const onRelease = (listener: () => void): (() => void) => {
    waiting.add(listener);
    return () => waiting.delete(listener);
  };
  return {
    faults,
    isHanging: () => hanging,
    onRelease,
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
