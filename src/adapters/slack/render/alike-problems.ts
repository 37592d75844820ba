import type { Fleet } from '../../../domain/fleet.ts';
import type { Problem } from '../../../domain/problem.ts';
import { plainText, withWords } from '../../../domain/text.ts';
import { masked, namesOf } from './masked.ts';

/** Lines for a terminal are told for so many clusters: the others are asked the same way. */
const MOST_LINES = 3;

/** The problems, the same one on several clusters as one, which names them. */
export const alikeProblems = (problems: readonly Problem[], fleet: Fleet): Problem[] => {
  const mask = (words: string): string => masked(words, namesOf(fleet));
  return [...Map.groupBy(problems, ({ code, what, remedy }) => `${code} ${mask(plainText(what))} ${mask(plainText(remedy))}`).values()].map(
    (group) => {
      const [first] = group as [Problem];
      if (group.length === 1) return first;
      const about = namesOf(fleet).filter((name) => group.some(({ cluster, what }) => cluster === name || plainText(what).includes(name)));
      const lines = group.flatMap(({ means }) => (means?.kind === 'terminal' ? means.lines : []));
      return {
        ...first,
        what: withWords(first.what, mask),
        evidence: [`${about.length} clusters: ${about.join(', ')}`, ...first.evidence.slice(0, 1)],
        remedy: withWords(first.remedy, mask),
        ...(first.means?.kind === 'terminal' ? { means: { kind: 'terminal', lines: lines.slice(0, MOST_LINES) } as const } : {}),
      };
    },
  );
};
