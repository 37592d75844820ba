import type { CommandContext, Invocation } from './command.ts';
import type { FormKind, Reply, StartRequest } from '../ports/use-cases.ts';
import { UserError } from '../domain/problem.ts';
import { started } from '../runs/sentences.ts';
import { databaseOrForm } from './which-database.ts';

/** Starts a run of the database that is named, or asks which. */
export const startNamed = async (
  kind: FormKind,
  invocation: Invocation,
  context: Pick<CommandContext<FormKind>, 'runs' | 'databases' | 'fleets'>,
  more: Pick<StartRequest, 'breakGlass'> = {},
): Promise<Reply> => {
  const named = databaseOrForm(kind, invocation, context);
  if (typeof named === 'string') return await startRun(kind, named, invocation, context, more);
  // Its reason would be lost in a form.
  if (more.breakGlass !== undefined) throw new UserError(named.text);
  return named;
};

/** Starts a run of the database of that name and tells the asker where to follow it. The run is stored and queued when this returns. */
export const startRun = async (
  kind: StartRequest['kind'],
  database: string,
  { way, by, channel, responseUrl, idempotencyKey, flags }: Invocation,
  { runs }: Pick<CommandContext<StartRequest['kind']>, 'runs'>,
  more: Pick<StartRequest, 'explains' | 'breakGlass'> = {},
): Promise<Reply> => {
  const run = await runs.start({
    way,
    kind,
    database,
    by,
    channel,
    idempotencyKey,
    ...(responseUrl === undefined ? {} : { responseUrl }),
    ...(flags.has('--private') ? { private: true } : {}),
    ...(flags.has('--picture') ? { picture: true } : {}),
    ...more,
  });
  return { text: started(run, runs.workers()) };
};
