import type { NodeBackend } from './contract.ts';
import type { Admission } from './admission/admission.ts';
import type { Authentication } from './auth/authentication.ts';
import type { Authorization } from './auth/authorization.ts';
import type { Registry } from './kinds/registry.ts';
import type { AddressAllocator } from './kinds/addresses.ts';
import type { Store } from './store/store.ts';

/** What requests are served from. */
export interface Cluster {
  readonly name: string;
  /** gitVersion */
  readonly version: string;
  readonly store: Store;
  readonly registry: Registry;
  readonly authentication: Authentication;
  readonly authorization: Authorization;
  readonly admission: Admission;
  readonly addresses: AddressAllocator;
  readonly backend: () => NodeBackend | undefined;
}
