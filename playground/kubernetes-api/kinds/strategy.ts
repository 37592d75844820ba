import type { UserInfo } from '../auth/authentication.ts';
import type { FieldError } from '../errors.ts';
import type { ApiObject } from '../object.ts';
import type { AddressAllocator } from './addresses.ts';

export interface StrategyContext {
  readonly addresses: AddressAllocator;
  readonly user: UserInfo;
}

/** What the real server does for one built-in kind beyond the rules of all objects. Objects are copies that may be changed. */
export interface Strategy {
  create?(object: ApiObject, context: StrategyContext): void;
  update?(next: ApiObject, previous: ApiObject, context: StrategyContext): void;
  validate?(object: ApiObject, previous: ApiObject | undefined): FieldError[];
}
