import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

const upperCase = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase();

/** Ids in the shapes of Slack's. */
export const newFileId = (): string => `F${upperCase(5)}`;
export const newViewId = (): string => `V${upperCase(5)}`;
export const newEventId = (): string => `Ev${upperCase(5)}`;
export const newImId = (): string => `D${upperCase(5)}`;
export const newBlockId = (): string => randomBytes(4).toString('base64url').slice(0, 5);
export const newSecret = (): string => randomBytes(16).toString('hex');

/** Message timestamps: seconds.microseconds, growing with every call even when the clock stands still. */
export const timestamps = (clock: Clock): (() => string) => {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now().getTime() * 1000);
    const digits = String(last);
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  };
};

export const dateOfTs = (ts: string): Date => new Date(Number(ts) * 1000);
