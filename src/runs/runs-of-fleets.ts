import type { Run } from '../domain/run.ts';
import type { Asker, Pending, UseCases } from '../ports/use-cases.ts';
import { createRuns } from './create-runs.ts';
import { namingFleet } from '../domain/naming-fleet.ts';
import { databaseAsTyped } from '../domain/several-fleets.ts';
import { fleetOfDatabase } from './fleet-meant.ts';
import { yoursFirst } from './pending-runs.ts';
import type { RunDeps, RunPolicy } from './use-case.ts';

/** What can be asked of an installation with these fleets. */
interface RunsOfFleets {
  /** For whoever names a run or a database, and no fleet: the policy of the fleet that it belongs to decides, whoever asks wherever. */
  readonly all: UseCases;
  /** What is asked about one fleet, by its name. Throws for one that is not configured. */
  of(fleet: string): UseCases;
}

type Policies = readonly [RunPolicy, ...RunPolicy[]];

/** The use cases of each fleet over one store, each with the policy of its fleet. */
export const createRunsOfFleets = (deps: Omit<RunDeps, 'config'>, fleets: Policies): RunsOfFleets => {
  const [first, another] = fleets;
  const around = { ...deps, everyFleet: fleets };
  const each = new Map(
    fleets.map((config) => [config.fleet.name, createRuns({ ...around, config: another === undefined ? config : typing(config, fleets) })]),
  );
  const the = (fleet: string): UseCases => {
    const found = each.get(fleet);
    if (found === undefined) throw new Error(`no fleet ${fleet} is configured`);
    return found;
  };
  if (another === undefined) return { all: the(first.fleet.name), of: the };
  const databases = fleets.flatMap((config) => config.databases);
  /** For what shows, and what is refused. */
  const anywhere = createRuns({ ...around, config: { ...nobodysPolicy(fleets), databases } });
  const gone = createRuns({ ...around, config: nobodysPolicy(fleets) });
  /** What cannot be read is told by the use case, to whom it may be told. */
  const ofRun = async (runId: string): Promise<UseCases> => {
    const run = await deps.store.get(runId).catch(() => undefined);
    return run === undefined ? anywhere : (each.get(run.fleet.name) ?? gone);
  };
  const ofDatabase = (verb: string, database: string): UseCases => {
    const found = fleetOfDatabase(`${verb} ${database}`, database, fleets);
    return found === undefined ? anywhere : the(found.fleet.name);
  };
  /** What is of no fleet any more is seen from everywhere. */
  const isHere = ({ channel }: Asker) => {
    const elsewhere = fleets.filter(({ slack }) => !slack.channels.includes(channel)).map(({ fleet }) => fleet.name);
    return (name: string) => !elsewhere.includes(name);
  };
  /** Whatever fleet was named: nobody decides about a run by the policy of another one. */
  const aboutRuns: Pick<UseCases, 'approve' | 'reject' | 'retry' | 'cancel' | 'askAgain' | 'clickAtHome' | 'export'> = {
    approve: async (decision) => (await ofRun(decision.runId)).approve(decision),
    reject: async (rejecting) => (await ofRun(rejecting.runId)).reject(rejecting),
    retry: async (click) => (await ofRun(click.runId)).retry(click),
    cancel: async (request) => (await ofRun(request.runId)).cancel(request),
    clickAtHome: async (click) => (await ofRun(click.runId)).clickAtHome(click),
    export: async (request) => (await ofRun(request.runId)).export(request),
    askAgain: async (question) => (await ofRun(question.runId)).askAgain(question),
  };
  return {
    of(fleet) {
      const runs = the(fleet);
      const own = fleets.flatMap((config) => (config.fleet.name === fleet ? config.databases : []));
      return {
        ...runs,
        ...aboutRuns,
        list: async (asker, limit) => ofFleets(await runs.list(asker, LOOKED_THROUGH), (name) => name === fleet, limit),
        pending: async (asker) => waitingOn(fleet, await runs.pending(asker)),
        history: async (asker, limit) => ofFleets(await runs.history(asker, LOOKED_THROUGH), (name) => name === fleet, limit),
        bundle: async (request) => (own.some(({ name }) => name === request.about) ? runs : await ofRun(request.about)).bundle(request),
      };
    },
    all: {
      ...anywhere,
      ...aboutRuns,
      list: async (asker, limit) => ofFleets(await anywhere.list(asker, LOOKED_THROUGH), isHere(asker), limit),
      startTold: async (request) =>
        ((request.fleet === undefined ? undefined : each.get(request.fleet)) ?? ofDatabase(request.kind, request.database)).startTold(request),
      start: async (request) => ofDatabase(request.kind, request.database).start(request),
      mute: async (request) => ofDatabase('mute', request.database).mute(request),
      unmute: async (request) => ofDatabase('unmute', request.database).unmute(request),
      lock: async (request) => ofDatabase('lock', request.database).lock(request),
      unlock: async (request) => ofDatabase('unlock', request.database).unlock(request),
      async pending(asker) {
        await anywhere.admit('pending', asker);
        const here = [...each].filter(([name]) => isHere(asker)(name));
        const found = await Promise.all(here.map(async ([name, runs]) => waitingOn(name, await runs.pending(asker))));
        return { runs: yoursFirst(found.flatMap(({ runs }) => runs)), locks: found.flatMap(({ locks }) => locks) };
      },
      async history(asker, limit) {
        const { database } = asker;
        const found = database === undefined ? undefined : fleetOfDatabase(`history ${database}`, database, fleets);
        const isWanted = found === undefined ? isHere(asker) : (name: string) => name === found.fleet.name;
        return ofFleets(await anywhere.history(asker, LOOKED_THROUGH), isWanted, limit);
      },
      bundle: async (request) =>
        (databases.some(({ name }) => name === request.about) ? ofDatabase('bundle', request.about) : await ofRun(request.about)).bundle(request),
    },
  };
};

/** So many of the newest runs are looked through for those of one fleet. */
const LOOKED_THROUGH = 50;

const typing = (config: RunPolicy, fleets: Policies): RunPolicy => ({
  ...config,
  typed: (name) => databaseAsTyped(name, config.fleet.name, fleets),
  naming: namingFleet(config.fleet.name, fleets),
});

/** Nobody approves what belongs to no fleet that is configured; who asked for it, and every admin, may end it. */
const nobodysPolicy = (fleets: Policies): RunPolicy => {
  const [first] = fleets;
  const all = (of: (slack: RunPolicy['slack']) => readonly string[]): string[] => [...new Set(fleets.flatMap(({ slack }) => of(slack)))];
  const nobody = { approvers: [], requesterMayApprove: false };
  const slack = { ...nobody, channels: all(({ channels }) => channels), admins: all(({ admins }) => admins) };
  return { ...first, databases: [], slack };
};

const waitingOn = (fleet: string, { runs, locks }: Pending): Pending => ({ runs: runs.filter(({ run }) => run.fleet.name === fleet), locks });

const ofFleets = (runs: readonly Run[], isWanted: (fleet: string) => boolean, limit: number): Run[] =>
  runs.filter(({ fleet }) => isWanted(fleet.name)).slice(0, limit);
