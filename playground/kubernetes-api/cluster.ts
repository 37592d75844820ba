import type { NodeBackend } from './contract.ts';
import type { Admission } from './admission/admission.ts';
import type { Authentication, UserInfo } from './auth/authentication.ts';
import type { Registry } from './kinds/registry.ts';
import type { ResourceType, ResourceVersionInfo } from './kinds/resource-type.ts';
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
  readonly admission: Admission;
  readonly addresses: AddressAllocator;
  readonly backend: () => NodeBackend | undefined;
}

/** A request for a resource that is served. */
export interface Call {
  readonly method: string;
  readonly type: ResourceType;
  readonly version: ResourceVersionInfo;
  readonly apiVersion: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string | undefined;
  readonly userAgent: string;
  readonly user: UserInfo;
  readonly signal: AbortSignal;
  readonly body: Buffer;
  /** Sent back as Warning headers. */
  readonly warnings: string[];
}
