import type { CommandContext, Invocation, Reply } from './command.ts';
import type { StartRequest } from '../ports/use-cases.ts';
import { started } from '../runs/sentences.ts';

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
    ...more,
  });
  return { text: started(run, runs.workers()) };
};
