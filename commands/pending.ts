import type { Command } from '../src/command/command.ts';
import { fleetsNamed } from '../src/command/fleets-named.ts';
import { namedTold } from '../src/domain/approval-words.ts';
import type { Named } from '../src/domain/policy.ts';
import { lockTold } from '../src/domain/lock.ts';
import { joined, link, phrase, type Phrase, type Text, time, told, user, within } from '../src/domain/text.ts';
import { refusalSentence } from '../src/domain/thread-refusal.ts';
import { type Pending, SLASH } from '../src/ports/use-cases.ts';

const pending: Command<'pending'> = {
  name: 'pending',
  deed: 'pending',
  summary: 'list the plans that wait for a person, for whom and since when, first those that wait for you; and what is locked',
  usage: 'pending',
  async run({ values: _values, flags: _flags, ...asker }, { runs, fleets }) {
    const { runs: waiting, locks } = await runs.pending(asker);
    const locked = locks.map(({ database, lock }) => told`\`${database}\` is ${lockTold(lock)}`);
    if (waiting.length === 0)
      return {
        text: joined([told`Nothing waits for anybody on ${fleetsNamed(fleets)}. \`${SLASH} history\` lists what was decided.`, ...locked], '\n'),
      };
    const yours = waiting.filter(({ forYou }) => forYou);
    const others = waiting.filter(({ forYou }) => !forYou);
    return {
      text: joined(
        [
          yours.length === 0 ? told`Nothing waits for you on ${fleetsNamed(fleets)}.` : told`**Waits for you** on ${fleetsNamed(fleets)}:`,
          ...yours.map((one) => line(one, fleets.length > 1)),
          others.length === 0 ? undefined : told`Waits for others:`,
          ...others.map((one) => line(one, fleets.length > 1)),
          ...locked,
        ],
        '\n',
      ),
    };
  },
};
export default pending;

const line = ({ run, approvers }: Pending['runs'][number], several: boolean): Text => {
  const { id, database, requestedBy, plan, planExpiresAt, thread } = run;
  const until = planExpiresAt === undefined ? '' : phrase`, expires ${time(planExpiresAt)}`;
  const where = thread.permalink === undefined ? '' : phrase` · ${link(thread.permalink, 'open the plan')}`;
  const unseen = thread.refusal === undefined ? '' : phrase` · **seen by nobody**: ${within(refusalSentence(thread.refusal, thread.channel))}`;
  return told`\`${id}\` deploy ${database.name}${several ? phrase` on fleet **${run.fleet.name}**` : ''}, asked by ${user(requestedBy.userId)} · waits since ${time(plan?.plannedAt ?? run.requestedAt)}${until} · ${forWhom(approvers)}${where}${unseen}`;
};

const forWhom = (approvers: Named): Phrase =>
  approvers.users.length + approvers.groups.length === 0
    ? phrase`**nobody may approve it**: add an approver to the configuration`
    : phrase`for ${namedTold(approvers)}`;
