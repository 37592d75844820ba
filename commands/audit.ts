import type { Command } from '../src/command/command.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import type { AuditFields } from '../src/domain/audit-chain.ts';
import { cut } from '../src/domain/cut.ts';
import { bold, code, joined, moment, phrase, type Phrase, type Text, told, user, plainWords } from '../src/domain/text.ts';
import { UserError } from '../src/domain/problem.ts';

const SHOWN = 20;
/** Of the sentence of a refusal. */
const TOLD_LENGTH = 160;
/** Of what an entry holds besides: names, states and numbers of ours. */
const WORD_LENGTH = 40;

const audit: Command<'audit'> = {
  name: 'audit',
  deed: 'audit',
  summary: `list who asked, decided and was refused about a run: its last ${SHOWN} audit entries`,
  usage: 'audit <run>',
  async run({ values, flags: _flags, ...asker }, { runs }) {
    const runId = values['run'] ?? '';
    const { entries, earlier, gone, fault } = await runs.audit({ ...asker, runId }, SHOWN);
    const lines = entries.map((entry) => line(entry, entries)).filter((shown) => shown !== undefined);
    const run = code(cut(runId, 20));
    if (entries.length + gone === 0) throw new UserError(told`The audit has no entry about a run ${run}. \`${SLASH} runs\` lists the newest runs.`);
    return {
      text: joined(
        [
          told`Audit of run ${run}, oldest first: ${countOf(lines.length)}${leftOut(earlier, gone)}`,
          ...lines,
          fault === undefined
            ? told`The chain holds: no entry shown was changed, and each follows the one before it. \`npm run audit\` checks all of it.`
            : told`**The chain is broken:** ${cut(fault, TOLD_LENGTH)}. Somebody wrote to Redis past pgdist: \`npm run audit\` checks all of it.`,
        ],
        '\n',
      ),
    };
  },
};
export default audit;

const countOf = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`);

const leftOut = (earlier: number, gone: number): string =>
  `${earlier > 0 ? ` · ${earlier} earlier left out` : ''}${gone > 0 ? ` · ${gone} not in Redis any more, look in the export` : ''}`;

/** An intent whose outcome stands here as well is told by it. */
const line = (entry: AuditFields, all: readonly AuditFields[]): Text | undefined => {
  const { seq = '', outcome, run, started } = entry;
  if (outcome === 'asked' && all.some(({ about }) => about === seq)) return undefined;
  const who = entry['by'] === undefined ? phrase`a worker` : user(entry['by']);
  const pieces = [
    phrase`${code(word(seq))} ${moment(word(entry['at']))} ${who}`,
    entry['way'] === 'worker' ? phrase`${deedOf(entry)}` : phrase`${deedOf(entry)} by ${word(entry['way'])}`,
    ...(started === undefined ? [] : [phrase`run ${code(word(run))} started ${code(word(started))}`]),
    ...(entry['digestSeen'] === undefined ? [] : [phrase`plan ${code(word(entry['digestSeen']))}`]),
    ...(entry['counted'] === undefined ? [] : [phrase`${word(entry['counted'])} approvals`]),
    ...(entry['breakGlass'] === undefined ? [] : [phrase`**break-glass**: ${cut(entry['breakGlass'], TOLD_LENGTH)}`]),
    ...(entry['reason'] === undefined ? [] : [phrase`“${cut(entry['reason'], TOLD_LENGTH)}”`]),
    ...statesOf(entry),
    outcomeOf(entry),
  ];
  return joined(pieces, ' · ');
};

const deedOf = ({ deed }: AuditFields): string => word(deed).replaceAll('-', ' ');

const statesOf = ({ before, after }: AuditFields): Phrase[] => {
  const states = [before, after].filter((state) => state !== undefined).map((state) => word(state).replaceAll('-', ' '));
  return states.length === 0 ? [] : [phrase`${states.join(' → ')}`];
};

const outcomeOf = ({ outcome, told: said }: AuditFields): Phrase => {
  if (outcome === 'asked') return phrase`**asked**, and what came of it is not recorded: the run's thread tells`;
  const why = said === undefined ? '' : phrase`: ${cut(plainWords(said), TOLD_LENGTH)}`;
  return phrase`${bold(word(outcome))}${why}`;
};

const word = (text = '?'): string => cut(text, WORD_LENGTH);
