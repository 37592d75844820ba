import { z } from 'zod';

const mark = z.object({ event_type: z.literal('pgdist_run'), event_payload: z.object({ run: z.string(), key: z.string() }) });

/** Which part of which run a message is, by its metadata; undefined for what pgdist did not mark. */
export const markOf = (metadata: unknown): { readonly run: string; readonly key: string } | undefined => mark.safeParse(metadata).data?.event_payload;
