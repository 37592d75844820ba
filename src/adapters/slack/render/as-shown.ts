import { visible } from '../../../domain/visible.ts';

/** The last door before Slack: every text of blocks, views and files goes through it, and nothing invisible gets past. */
export const asShown = <T>(value: T): T => shown(value) as T;

const shown = (value: unknown): unknown => {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)]));
};
