import { UserError } from '../domain/problem.ts';
import { DEEDS, type DeedName } from '../domain/deeds.ts';
import type { Offer } from '../domain/offer.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { isWithdrawn } from '../domain/run-moves.ts';
import { joined, told } from '../domain/text.ts';
import type { AboutRun } from '../ports/use-cases.ts';
import { howItStands } from './how-it-ended.ts';
import type { Membership } from './membership.ts';
import { holdsAny } from './permissions.ts';
import { threadLink, type RunDeps } from './use-case.ts';

/** So many runs are looked through for a newer one of the same database. */
const LOOKED_THROUGH = 20;

/**
 * The refusal of a click on a button of a run that has ended, with the next thing beside it: the newer run of the same database, where there is one; else
 * the deed by which this run goes on, where this person may. The refusal as it is where nothing better is known: it never fails by this.
 */
export const withNextThing = async (deps: RunDeps, run: Run, { by }: AboutRun, refusal: UserError, membership: Membership): Promise<UserError> => {
  try {
    const found = (await deps.store.get(run.id)) ?? run;
    if (!isTerminal(found.state)) return refusal;
    const newer = await newerThan(deps, found);
    if (newer !== undefined)
      return new UserError(joined([refusal.text, told`Newer: ${howItStands(newer)}.`], ' '), threadLink(newer) ?? refusal.link);
    const offer = await offered(deps, found, by, membership);
    return offer === undefined ? refusal : new UserError(refusal.text, refusal.link, offer);
  } catch (error) {
    deps.log.warn({ runId: run.id, reason: String(error) }, 'next thing after a refusal not known');
    return refusal;
  }
};

const newerThan = async ({ store }: RunDeps, { id, kind, database, fleet, requestedAt }: Run): Promise<Run | undefined> => {
  const runs = await store.list(LOOKED_THROUGH);
  return runs.find(
    (other) =>
      other.id !== id &&
      other.kind === kind &&
      other.database.name === database.name &&
      other.fleet.name === fleet.name &&
      other.requestedAt > requestedAt &&
      !isWithdrawn(other),
  );
};

const OFFERED = ['retry', 'plan-again'] as const satisfies readonly DeedName[];

const offered = async ({ config }: RunDeps, run: Run, by: AboutRun['by'], membership: Membership): Promise<Offer | undefined> => {
  const deed = OFFERED.find((name) => (DEEDS[name].states as readonly string[]).includes(run.state));
  if (deed === undefined) return undefined;
  const may = await membership.belongs((members) => holdsAny(DEEDS[deed].who, config.slack, run, by, members));
  return may ? { deed, runId: run.id, retries: run.retries ?? 0 } : undefined;
};
