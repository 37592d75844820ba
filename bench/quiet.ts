import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from './lab.ts';

const LOOK_MS = 50;
const PATIENCE_MS = 60_000;

/** Resolves when no run is under way. */
export const quiet = async ({ store }: Pick<Lab, 'store'>): Promise<void> => {
  const endMs = performance.now() + PATIENCE_MS;
  while ((await store.live()).length > 0) {
    if (performance.now() > endMs) throw new Error(`runs are still under way after ${PATIENCE_MS / 1000} s`);
    await delay(LOOK_MS);
  }
};
