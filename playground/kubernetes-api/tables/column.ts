import type { Fields } from '../object.ts';
import { humanAge } from './human-duration.ts';

/** One column of a Table. */
export interface Column {
  readonly name: string;
  /** As OpenAPI names types: string, integer, boolean. */
  readonly type: string;
  readonly format?: string;
  /** Above 0: only with `-o wide`. */
  readonly priority?: number;
  /** Undefined and null: an empty cell. */
  value(object: Fields): unknown;
}

export const text = (name: string, value: (object: Fields) => unknown): Column => ({ name, type: 'string', value });
export const count = (name: string, value: (object: Fields) => unknown): Column => ({
  name,
  type: 'integer',
  value: (object) => value(object) ?? 0,
});
export const wide = (column: Column): Column => ({ ...column, priority: 1 });

export const NAME: Column = { name: 'Name', type: 'string', format: 'name', value: ({ metadata }) => metadata.name };
export const AGE: Column = text('Age', ({ metadata }) => humanAge(metadata.creationTimestamp));
/** Of roles and definitions, whose printer tells when and not how long ago. */
export const CREATED: Column = text('Created At', ({ metadata }) => metadata.creationTimestamp);

/** 'a,b', or what stands for nothing. */
export const listed = (values: readonly unknown[] | undefined): string => (values === undefined || values.length === 0 ? '<none>' : values.join(','));

/** Labels of a selector as kubectl writes them. */
export const selectorText = (selector: Fields | undefined): string => {
  const labels = selector?.['matchLabels'] ?? (selector?.['matchExpressions'] === undefined ? selector : undefined);
  return listed(Object.entries((labels ?? {}) as Record<string, string>).map(([key, value]) => `${key}=${value}`));
};
