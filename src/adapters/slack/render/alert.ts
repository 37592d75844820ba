import { lastedMs, type Alert, type AlertEnd, type Mute, type Severity } from '../../../domain/alert.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import { lines, listUpTo, message, type Message } from './message.ts';
import { problemCode, type ProblemDocs, remedy, seen } from './problem.ts';
import { atSecond, bold, code, dotted, type Line, prose, rendered, sentence } from './span.ts';
import { count, duration } from './time.ts';

/** An alert with how a command names its database, and of several fleets the one that it is about. */
export type TypedAlert = Alert & { readonly typed: string; readonly onFleet?: string };

/** 'postgres', of several fleets 'postgres on us'. */
const nameOf = ({ database, onFleet }: TypedAlert): string => (onFleet === undefined ? database : `${database} on ${onFleet}`);

/** What nobody asked for: what is wrong and since when, what was seen, what to do; at its end, when it was over and how long it took. Mentions nobody. */
export const alertMessage = (alert: TypedAlert, fleet: Fleet, docs: ProblemDocs): Message =>
  alert.ended === undefined ? lasting(alert, fleet, docs) : over(alert, alert.ended, docs);

const lasting = (alert: TypedAlert, fleet: Fleet, docs: ProblemDocs): Message => {
  const { typed, severity, lead, known, others, mute } = alert;
  const { problem } = lead;
  if (severity === 'notice') return noticeMessage(alert, fleet, docs);
  return message(
    lines(
      [bold(HEADLINES[severity](nameOf(alert))), ' ', ...since(alert), ': ', ...rendered(problem.what)],
      [problemCode(problem, docs), ...(problem.evidence.length === 0 ? [] : [' ', ...seen(problem.evidence)])],
      ['→ ', ...remedy(problem, fleet)],
      known === undefined
        ? undefined
        : ['Known before nobody could be asked: ', problemCode(known.problem, docs), ' ', ...rendered(known.problem.what)],
      others === 0 ? undefined : [`And ${count(others, 'more problem')}, listed by `, code(`/pgdist verify ${typed}`)],
      mute === undefined ? undefined : mutedLine(mute),
      dotted(['looked at ', atSecond(alert.seenAt)], ['edited while it lasts']),
    ),
  );
};

/** Who muted it stands in the audit: a mention would call somebody who need not act. */
export const mutedLine = ({ until, reason }: Pick<Mute, 'until' | 'reason'>): Line => [
  'Alerts are muted until ',
  atSecond(until),
  ...(reason === undefined ? [] : [`: ${reason}`]),
  '; a danger is told all the same',
];

const HEADLINES: Readonly<Record<Severity, (database: string) => string>> = {
  danger: (database) => `Danger: ${database}`,
  ill: (database) => `${database} needs a look`,
  unknown: (database) => `${database} cannot be judged`,
};

/** since 14:31:07 (4 min); where nobody says when it began: first seen 14:35:02 (1 min), last seen well 14:30:01 */
const since = (alert: Alert): Line => {
  const { at, reported, wellAt } = alert.began;
  const lasts = lastedMs(alert);
  const age = lasts === 0 ? '' : ` (${duration(lasts)})`;
  if (reported) return ['since ', atSecond(at), age];
  return ['first seen ', atSecond(at), age, ...(wellAt === undefined ? [] : [', last seen well ', atSecond(wellAt)])];
};

/** Nothing is wrong yet. */
const noticeMessage = ({ lead: { problem }, onFleet }: TypedAlert, fleet: Fleet, docs: ProblemDocs): Message =>
  message(
    lines(dotted(rendered(problem.what, 'bold'), [problemCode(problem, docs)], onFleet === undefined ? [] : ['fleet ', bold(onFleet)])),
    listUpTo(
      problem.evidence.map((fact) => prose(sentence(fact))),
      MOST_FACTS,
    ),
    lines(['→ ', ...remedy(problem, fleet)]),
  );

const MOST_FACTS = 12;

const over = (alert: TypedAlert, { how, at }: AlertEnd, docs: ProblemDocs): Message => {
  const { lead, began } = alert;
  const database = nameOf(alert);
  const took = `after ${began.reported ? '' : 'about '}${duration(lastedMs(alert))}`;
  if (alert.severity === 'notice')
    return message(
      lines(dotted([bold('It is over'), ' since ', atSecond(at)], [...rendered(lead.problem.what), ' ', problemCode(lead.problem, docs)])),
    );
  const what: Line = [problemCode(lead.problem, docs), ' ', ...rendered(lead.problem.what)];
  return message(
    how === 'well'
      ? lines(dotted([bold(`${database} is well again`), ' since ', atSecond(at), `, ${took}`], ['what it was: ', ...what]))
      : how === 'grew'
        ? lines(dotted([bold(`${database} became worse`), ' at ', atSecond(at), `, ${took}: a newer message tells it`], ['what it was: ', ...what]))
        : lines(dotted([bold(`${database} is not watched any more`), ' since ', atSecond(at)], ['what was told last: ', ...what])),
  );
};
