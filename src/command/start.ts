import type { CommandContext, Invocation, Reply } from './command.ts';
import type { Database } from '../domain/database.ts';
import type { RunKind } from '../domain/run.ts';
import { link, phrase, type Phrase, told } from '../domain/text.ts';

const DOING: Readonly<Record<RunKind, string>> = { deploy: 'Planning', verify: 'Verifying', status: 'Asking' };

/** Starts a run of a database and tells the asker where to follow it. The run is stored and queued when this returns. */
export const startRun = async (
  kind: RunKind,
  database: Database,
  { by, channel, responseUrl, idempotencyKey, flags }: Invocation,
  { runs }: Pick<CommandContext, 'runs'>,
): Promise<Reply> => {
  const secret = flags.has('--private');
  const run = await runs.start({
    kind,
    database: database.name,
    by,
    channel,
    idempotencyKey,
    ...(responseUrl === undefined ? {} : { responseUrl }),
    ...(secret ? { private: true } : {}),
  });
  return {
    text: told`${DOING[kind]} \`${kind} ${database.name}\` on fleet **${run.fleet.name}** · run \`${run.id}\` · ${whereToLook(kind, secret, run.thread.permalink)}`,
  };
};

const whereToLook = (kind: RunKind, secret: boolean, permalink: string | undefined): string | Phrase => {
  if (kind === 'status') return secret ? 'the answer comes to you alone' : 'the answer follows in this channel';
  return permalink === undefined ? 'follow it in this channel, its thread tells the rest' : phrase`follow it in ${link(permalink, 'the thread')}`;
};
