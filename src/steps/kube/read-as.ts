import type { z } from 'zod';
import { ProblemError } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import type { KubeObject } from '../../kube-api/objects.ts';

/**
 * The one way from an object of a cluster to what a step knows of it. Throws ProblemError PGD-085 where a field that a write rests on cannot be read:
 * a guess would be written back.
 */
export const readAs = <T>(schema: z.ZodType<T>, object: KubeObject, cluster: string): T => {
  const known = READ.get(object) ?? new WeakMap<z.ZodType, unknown>();
  READ.set(object, known);
  if (known.has(schema)) return known.get(schema) as T;
  const { success, data, error } = schema.safeParse(object);
  if (success) {
    known.set(schema, data);
    return data;
  }
  const { kind, apiVersion, metadata } = object;
  const name = [metadata?.namespace, metadata?.name].filter((one) => typeof one === 'string').join('/');
  throw new ProblemError({
    code: 'PGD-085',
    what: told`${kind} ${name} of ${cluster} cannot be read`,
    evidence: error.issues.slice(0, MOST_TOLD).map(({ path, message }) => `${path.map(String).join('.')} of ${apiVersion}: ${message}`),
    remedy: told`Correct the fields named here on ${cluster}, or install the version of the product that pgdist.yaml names: nothing is written on a guess.`,
  });
};

/** What was read of an object that several steps were given: of 16 clusters each pod of a gateway is looked at for 15 tunnels. */
const READ = new WeakMap<KubeObject, WeakMap<z.ZodType, unknown>>();

const MOST_TOLD = 4;
