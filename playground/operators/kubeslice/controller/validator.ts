import type { AdmissionRequest, FieldError } from '../admission-server.ts';
import type { Surroundings } from '../options.ts';

/** What a rule may look at besides the request itself. */
export interface Admission {
  readonly hub: Surroundings['hub'];
  readonly projectPrefix: string;
}

/** Returns the first broken rule. */
export type Validator = (request: AdmissionRequest, admission: Admission) => Promise<FieldError | undefined>;
