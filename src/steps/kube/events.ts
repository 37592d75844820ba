import { z } from 'zod';
import type { ClusterReader } from '../../ports/cluster.ts';
import { maybeText, objectMeta, part, text } from './lenient.ts';
import { listObjects } from './read.ts';
import { byLetters } from '../../domain/words.ts';

/** Of a warning or another Event what is told and of whom. Exported for tests. */
export const eventSchema = z.object({
  metadata: objectMeta,
  type: text,
  reason: text,
  message: text,
  involvedObject: part({ kind: text, name: text }),
  lastTimestamp: maybeText,
  eventTime: maybeText,
});
export type Event = z.infer<typeof eventSchema>;

/** Events of a namespace, latest first; those without a time last. */
export const eventsIn = async (cluster: ClusterReader, namespace: string, where: { readonly fieldSelector?: string } = {}): Promise<Event[]> =>
  (await listObjects(cluster, { apiVersion: 'v1', kind: 'Event', namespace, ...where }, eventSchema)).toSorted((a, b) =>
    byLetters(instantOf(b), instantOf(a)),
  );

/** When it was seen last, ISO; empty where that is not told. */
export const instantOf = ({ lastTimestamp, eventTime }: Event): string => lastTimestamp ?? eventTime ?? '';
