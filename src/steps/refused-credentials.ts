import type { Problem } from '../domain/problem.ts';
import { told } from '../domain/text.ts';

/** A cluster that lets nobody of pgdist in: whatever was asked of it, that is the one cause. */
export const refusedCredentials = (cluster: string, evidence: readonly string[]): Problem => ({
  code: 'PGD-002',
  cluster,
  what: told`${cluster} refused pgdist's credentials`,
  evidence,
  remedy: told`Put valid credentials for ${cluster} into the worker's kubeconfig, then plan again: it is read again by itself.`,
});
