import type { UserInfo } from './auth/authentication.ts';
import type { ResourceType, ResourceVersionInfo } from './kinds/resource-type.ts';

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
