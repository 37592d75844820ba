import type { Chain } from './chain.ts';
import { cut } from './cut.ts';
import { diagnose, type Diagnosis, type Trouble } from './diagnosis.ts';
import { UNHEARD } from './explanations.ts';
import { problemsIn } from './finding.ts';
import type { Fleet } from './fleet.ts';
import type { Problem } from './problem.ts';
import { typedAs } from './terminal.ts';
import { code, joined, moment, phrase, type Phrase, type Text, told, within } from './text.ts';

/** Of what was seen at a hop that holds: enough to know it by. */
const SEEN_LENGTH = 90;
/** Of what was seen where something is wrong. */
const EVIDENCE_LENGTH = 600;
/** Of a list of what follows, or of hops of one stage. */
const MOST_NAMED = 12;

/** The whole chain of one look, a line for each part that it has: danger, cause, what follows, what is broken besides, what cannot be told, what is ruled out. */
export const explanationOf = (chain: Chain, fleet: Fleet): readonly Text[] => {
  const found = diagnose(chain);
  const { danger, cause, also, follows, undecided } = found;
  return [
    ...danger.flatMap((trouble) => whole('Danger', trouble, chain, fleet)),
    ...(cause === undefined ? [] : whole('Cause', cause, chain, fleet)),
    ...folded('Follows from it', follows),
    ...also.flatMap((trouble) => whole('Also broken, not because of it', trouble, chain, fleet)),
    ...undecided.flatMap((trouble) => [
      ...whole('Cannot tell whether it is a cause', trouble, chain, fleet),
      told`**Next check:** ${within(trouble.check)}`,
    ]),
    ...unheardCheck(found),
    ...ruledOut(chain),
    ...notAsked(found),
    ...((chain.notReached ?? 0) > 0 ? [told`**Not reached:** ${chain.notReached ?? 0} hops behind it, or that the deploy was to make.`] : []),
  ];
};

/** A trouble with what was seen, where and when, and what to do. */
const whole = (title: string, { problem, cluster, hop }: Trouble, { verdicts }: Chain, fleet: Fleet): readonly Text[] => {
  const askedAt = verdicts.find(({ verdict }) => problemsIn(verdict).includes(problem))?.askedAt ?? '';
  const when = askedAt === '' ? '' : phrase`, ${moment(askedAt)}`;
  const seen = problem.evidence.length === 0 ? [] : [told`Seen: ${cut(problem.evidence.join('; '), EVIDENCE_LENGTH)}`];
  return [
    told`**${title}:** ${code(problem.code)} ${within(problem.what)} · hop ${code(hop)} on ${cluster}${when}`,
    ...seen,
    told`→ ${within(problem.remedy)}${typed(problem, fleet)}`,
  ];
};

/** The lines for a terminal, where the remedy has some. */
const typed = ({ means }: Problem, fleet: Fleet): Phrase | '' =>
  means?.kind === 'terminal'
    ? phrase` ${within(
        joined(
          means.lines.map((line) => code(typedAs(line, fleet))),
          ' ',
        ),
      )}`
    : '';

const folded = (title: string, troubles: readonly Trouble[]): readonly Text[] => {
  if (troubles.length === 0) return [];
  const named = troubles.slice(0, MOST_NAMED).map(({ problem }) => phrase`${code(problem.code)} ${within(problem.what)}`);
  return [told`**${title}:** ${within(joined(named, '; '))}${more(troubles.length - named.length)}`];
};

const more = (left: number): string => (left > 0 ? `; and ${left} more` : '');

/** Where a cluster is silent, what stands behind it was not asked: the first thing to do is to hear it. */
const unheardCheck = ({ cause, undecided }: Diagnosis): readonly Text[] =>
  cause === undefined || undecided.length > 0 || !UNHEARD.includes(cause.problem.code)
    ? []
    : [told`**Cannot tell:** how things stand on ${cause.cluster}, since it was not heard; what others say of it is hearsay.`];

/** The hops that were looked at and hold, by stage, each with what was seen there. */
export const ruledOut = ({ verdicts }: Chain): readonly Text[] => {
  const hold = verdicts.flatMap(({ stage, title, verdict }) => (verdict.healthy ? [{ stage, title, evidence: verdict.evidence }] : []));
  if (hold.length === 0) return [];
  const stages = [...Map.groupBy(hold, ({ stage }) => stage)].map(([stage, hops]): Text => {
    const named = hops
      .slice(0, MOST_NAMED)
      .map(({ title, evidence }): Phrase => (evidence === '' ? phrase`${title}` : phrase`${title} (${cut(evidence, SEEN_LENGTH)})`));
    return told`${stage === '' ? 'Other' : stage}, ${hops.length}: ${within(joined(named, '; '))}${more(hops.length - named.length)}`;
  });
  return [told`**Ruled out**, since it was looked at and holds:`, ...stages];
};

const notAsked = ({ unasked, all }: Diagnosis): readonly Text[] =>
  unasked === 0 ? [] : [told`**Not known:** ${unasked} of ${all} hops were not looked at, or could not be.`];
