import type { Run } from '../../../domain/run.ts';
import { headline, stateLine } from './card-lines.ts';
import type { Button } from './blocks.ts';
import { lines, message, type Message, type Part } from './message.ts';
import { at, bold, code, dotted, type Line, link, user } from './span.ts';
import { plain } from './views.ts';

/** A button that only leads somewhere: Slack tells of its click all the same. */
export const OPEN_LINK = 'open-plan';

/** To an approver for whom the run waits; as soon as it does not any more, what became of it, without a button. */
export const waitingDirect = (run: Run, waits: boolean): Message => {
  const until: Line = run.planExpiresAt === undefined ? [] : [' until ', at(run.planExpiresAt)];
  if (!waits && run.state === 'awaiting-approval')
    return message(lines(dotted([bold('Others decide now'), ': ', ...headline(run, run.requestedAt)], [...where(run)])));
  if (!waits)
    return message(
      lines(dotted([bold('Settled'), ': ', ...headline(run, run.endedAt ?? run.approval?.at ?? run.requestedAt)]), [...where(run)], ending()),
    );
  return message(
    lines(
      [bold('Waits for your approval'), ...until, ': ', code(`deploy ${run.database.name} on ${run.fleet.name}`)],
      stateLine({ ...run, state: 'awaiting-approval' }, {}, run.requestedAt),
      dotted(
        ['asked by ', user(run.requestedBy.userId), ' ', at(run.requestedAt)],
        ['run ', code(run.id)],
        ['shown in ', { kind: 'channel', id: run.thread.channel }],
      ),
      ending(),
    ),
    openPlan(run),
  );
};

/** To who asked, once it ended. */
export const endedDirect = (run: Run): Message =>
  message(
    lines(
      [...headline(run, run.endedAt ?? run.requestedAt)],
      stateLine(run, {}, run.endedAt ?? run.requestedAt),
      dotted(run.endedAt === undefined ? [] : ['ended ', at(run.endedAt)], ['run ', code(run.id)], [...where(run)]),
      ending(),
    ),
  );

const where = ({ thread }: Run): Line =>
  thread.permalink === undefined ? ['its thread is in ', { kind: 'channel', id: thread.channel }] : [link(thread.permalink, 'to its thread')];

const ending = (): Line => [code('/pgdist notify off'), ' ends these messages'];

/** Decided is below the plan, where it is read. */
const openPlan = ({ id, thread }: Run): Part | undefined => {
  if (thread.permalink === undefined) return undefined;
  const button: Button = { type: 'button', action_id: OPEN_LINK, text: plain('Open the plan'), url: thread.permalink, style: 'primary' };
  return { kind: 'buttons', blockId: `direct:${id}`, buttons: [button] };
};
