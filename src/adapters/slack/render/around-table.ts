import type { ReplicationTable } from '../../../domain/replication.ts';
import { replicationText } from '../../../domain/replication-text.ts';
import type { Run } from '../../../domain/run.ts';
import { asTyped } from '../../../domain/several-fleets.ts';
import { asShown } from './as-shown.ts';
import { firstThatFits, fits, lines, type Message, type Part } from './message.ts';
import { replicationBlock, replicationExcerpt } from './replication.ts';
import { code, type Line } from './span.ts';

interface TextFile {
  readonly name: string;
  readonly content: string;
}

/** A message, and the table for its thread that it had no room for. */
export interface WithTable {
  readonly message: Message;
  readonly file?: TextFile;
}

/** What is put around the table, with room for so many items of each of its lists. */
type Around = (table: readonly Part[], room: number) => Message;

/**
 * The message with the whole table while it fits, whatever else must be shorter for it; else with the rows that a reader looks for first and the words
 * where the whole one is. `rooms` are tried in their order.
 */
export const aroundTable = (run: Run, table: ReplicationTable | undefined, now: string, rooms: readonly number[], around: Around): WithTable => {
  if (table === undefined) return { message: firstThatFits(...rooms.map((room) => () => around([], room))) };
  const native = rooms.map((room) => () => around([replicationBlock(table, now)], room));
  for (const candidate of native) {
    const made = candidate();
    if (fits(made)) return { message: made };
  }
  const where = lines([`The table of all ${table.rows.length} pods is too long for a message: `, ...whereWhole(run)]);
  const excerpt = replicationExcerpt(table, now);
  const message = firstThatFits(...rooms.map((room) => () => around([where, excerpt], room)), () => around([where], rooms.at(-1) ?? 0));
  return run.kind === 'status' && run.private === true
    ? { message }
    : { message, file: { name: fileName(run), content: asShown(`${replicationText(table, new Date(now), FILE_COLUMNS)}\n`) } };
};

/** Of a line in the file, which is scrolled and not wrapped. */
const FILE_COLUMNS = 1_000;

/** Nothing can be put below what is told to one person alone. */
const whereWhole = (run: Run): Line =>
  run.kind === 'status' && run.private === true
    ? [code(`/pgdist status ${asTyped(run)}`), ' without --private puts it into the thread of its answer.']
    : ['it is in the file ', code(fileName(run)), run.kind === 'status' ? ' in the thread of this message.' : ' in this thread.'];

const fileName = ({ id }: Run): string => `replication-${id}.txt`;
