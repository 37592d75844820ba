import { z } from 'zod';
import { conditions } from './conditions.ts';
import { count, maybeText, objectMeta, part, textMap, texts } from './lenient.ts';

/** Of a Namespace, a ReplicaSet or whatever else only its labels, owners and deletion matter of. */
export const metadataSchema = z.object({ metadata: objectMeta });

export const jobSchema = z.object({
  metadata: objectMeta,
  spec: part({ template: part({ metadata: objectMeta }) }),
  status: part({ failed: count, succeeded: count }),
});

export const serviceSchema = z.object({
  metadata: objectMeta,
  spec: part({ clusterIP: maybeText, clusterIPs: texts, selector: textMap }),
});

export const configMapSchema = z.object({ metadata: objectMeta, data: textMap });
export type ConfigMap = z.infer<typeof configMapSchema>;

/** Only the names of the keys leave this reader. */
export const secretKeysSchema = z.object({ data: z.record(z.string(), z.unknown()).catch({}) }).transform(({ data }) => Object.keys(data));

export const claimSchema = z.object({ metadata: objectMeta, status: part({ phase: maybeText }) });

/** A CustomResourceDefinition. */
export const definitionSchema = z.object({ metadata: objectMeta, status: part({ conditions }) });
