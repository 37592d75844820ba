import type { Call } from '../call.ts';
import type { ApiObject } from '../object.ts';

type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface Attempt {
  readonly call: Call;
  readonly operation: Operation;
  readonly object: ApiObject | undefined;
  readonly oldObject: ApiObject | undefined;
}

/** Admission of writes by webhooks. Both throw the refusal. */
export interface Admission {
  /** The object as mutating webhooks leave it: the caller's own copy. */
  mutate(attempt: Attempt & { readonly object: ApiObject }): Promise<ApiObject>;
  validate(attempt: Attempt): Promise<void>;
}
