import { z } from 'zod';
import type { Alert, Mute } from '../../domain/alert.ts';
import type { LagSample } from '../../domain/lag.ts';
import type { Watched } from '../../domain/watched.ts';
import { lagSampleSchema } from './stored-run.ts';

const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'is no instant');
const natural = z.int().min(0);
const actor = z.looseObject({ userId: z.string(), teamId: z.string() });
const mute = z.looseObject({ by: actor, at: instant, until: instant, reason: z.string().optional() });
const lead = z.looseObject({
  problem: z.looseObject({ code: z.string().regex(/^PGD-\d{3}$/), what: z.string(), evidence: z.array(z.string()), remedy: z.string() }),
  cluster: z.string(),
});
const alert = z.looseObject({
  id: z.string(),
  fleet: z.string().optional(),
  database: z.string(),
  severity: z.enum(['notice', 'unknown', 'ill', 'danger']),
  lead,
  others: natural,
  known: lead.optional(),
  began: z.looseObject({ at: instant, reported: z.boolean(), wellAt: instant.optional() }),
  openedAt: instant,
  seenAt: instant,
  places: z.array(z.looseObject({ channel: z.string(), threadTs: z.string().optional() })),
  mute: mute.optional(),
  ended: z.looseObject({ how: z.enum(['well', 'grew', 'unwatched']), at: instant }).optional(),
});
const streak = z.looseObject({ looks: natural, first: instant, began: instant.optional() });
const watched = z.looseObject({
  deployed: z.boolean(),
  wellAt: instant.optional(),
  last: z.looseObject({ at: instant, standing: z.enum(['well', 'ill', 'danger', 'unknown', 'absent']), what: z.string().optional() }).optional(),
  well: streak.optional(),
  broken: streak.optional(),
  silent: streak.optional(),
  lead: z.looseObject({ key: z.string(), looks: natural }).optional(),
  episode: z.looseObject({ alert, told: z.boolean() }).optional(),
});

const drift = z.looseObject({ digest: z.string(), alert: z.string().optional() });

const reader =
  <T>(schema: z.ZodType) =>
  (json: string | null | undefined): T | undefined => {
    try {
      const value: unknown = JSON.parse(json ?? '');
      return schema.safeParse(value).success ? (value as T) : undefined;
    } catch {
      return undefined;
    }
  };

/** What is stored as each; undefined for anything else, whoever wrote it. */
export const storedWatched = reader<Watched>(watched);
export const storedAlert = reader<Alert>(alert);
export const storedDrift = reader<{ readonly digest: string; readonly alert?: string }>(drift);
export const storedMute = reader<Mute>(mute);

/** What a look saw of the lag; undefined for anything else. */
export const storedLag = (json: string): LagSample | undefined => {
  try {
    return lagSampleSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
};
