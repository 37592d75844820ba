import type { Fields } from '../object.ts';
import type { Schema } from '../schema/schema.ts';
import type { Column } from '../tables/column.ts';

export interface ResourceVersionInfo {
  readonly name: string;
  readonly schema: Schema;
  /** The whole row of a Table, the name too. */
  readonly columns: readonly Column[];
  /** True: writes to the main resource leave the status alone. */
  readonly status: boolean;
  readonly scale: { readonly specReplicas: string; readonly statusReplicas: string; readonly selector?: string } | undefined;
  readonly selectableFields: readonly string[];
  readonly deprecation?: string;
}

/** One resource of the API, built in or from a CustomResourceDefinition. */
export interface ResourceType {
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Served versions, preferred first. */
  readonly versions: readonly ResourceVersionInfo[];
  readonly storageVersion: string;
  readonly custom: boolean;
  /** Answers a question and stores nothing: only create. */
  readonly virtual: boolean;
  /** Subresources besides status and scale. */
  readonly connects: readonly string[];
  /** Fills in what the real server fills in, on a copy that may be changed. */
  readonly defaults?: (object: Fields) => void;
}

export const resourceKey = (type: Pick<ResourceType, 'group' | 'plural'>): string => `${type.group}/${type.plural}`;
