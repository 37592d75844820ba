import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import type { Command } from '../../src/command/command.ts';
import type { Database } from '../../src/domain/database.ts';
import { UserError } from '../../src/domain/problem.ts';
import { sourceOf } from '../../src/domain/text.ts';
import { memoryRuns } from '../adapters/slack/bench.ts';
import { alice, database, fleet } from '../adapters/slack/fixtures.ts';

const commands = await loadCommands();

/** What a line came to: the verb that ran with its values and options, or the sentence of the refusal. */
export type Meaning =
  | { readonly kind: 'command'; readonly line: string; readonly told: string; readonly asked: readonly string[] }
  | { readonly kind: 'refused'; readonly line: ''; readonly told: string };

/** 'status postgres --private': as written by who writes plainly. */
const plainly = (name: string, values: Readonly<Record<string, string>>, flags: ReadonlySet<string>): string =>
  [name, ...Object.values(values), ...flags].join(' ');

/** What the real interpreter with the real verbs makes of lines, over runs in memory. */
export const typing = (databases: readonly Database[] = [database]) => {
  const runs = memoryRuns({ databases });
  let ids = 0;
  return async (text: string): Promise<Meaning> => {
    let line = '';
    const watched = commands.map((command): Command => ({
      ...command,
      run: (invocation, context) => {
        line = plainly(command.name, invocation.values, invocation.flags);
        return command.run(invocation, context);
      },
    }));
    const answer = createInterpreter({ runs: runs.useCases, fleets: [{ fleet, databases }], commands: watched });
    const before = runs.asked.length;
    ids += 1;
    try {
      const { text: told } = await answer(text, { way: 'mention', by: alice, channel: 'C0DATABASES', idempotencyKey: `trigger-${ids}` });
      return { kind: 'command', line, told: sourceOf(told), asked: runs.asked.slice(before).map(({ what }) => what) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // Help of what is no command is none.
      return line === '' || line.startsWith('help ')
        ? { kind: 'refused', line: '', told: error.message }
        : { kind: 'command', line, told: error.message, asked: [] };
    }
  };
};
