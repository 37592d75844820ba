import type { Fault } from '../../playground/faults/fault.ts';
import { type Diagnosis, ranked, type Trouble } from '../../src/domain/diagnosis.ts';
import type { Problem } from '../../src/domain/problem.ts';
import { typedAs } from '../../src/domain/terminal.ts';
import { plainText } from '../../src/domain/text.ts';

/** What is told first. */
export const leadOf = ({ danger, cause }: Diagnosis): Trouble | undefined => danger[0] ?? cause;

/** With the lines for a terminal, to contexts that are called as their clusters. */
const remedyOf = ({ remedy, means }: Problem): string =>
  [plainText(remedy), ...(means?.kind === 'terminal' ? means.lines.map((line) => typedAs(line, { clusters: [] })) : [])].join(' ');

const wordsOf = ({ problem }: Trouble): string => [plainText(problem.what), ...problem.evidence, remedyOf(problem)].join('\n');

/** What of a diagnosis is not what the fault should have it say; empty where all of it is. */
export const missesOf = (found: Diagnosis, { code, says }: Fault): string[] => {
  const lead = leadOf(found);
  if (lead?.problem.code !== code) return [`${lead?.problem.code ?? 'nothing'} leads, not ${code}`];
  const words = wordsOf(lead);
  return [
    ...says.filter((word) => !words.includes(word)).map((word) => `it does not say "${word}"`),
    ...found.also.map(({ problem }) => `${problem.code} claims to be a cause as well`),
  ];
};

/** The whole of it, for people who look at a failed test. */
export const toldDiagnosis = (found: Diagnosis): string =>
  ranked(found)
    .map(
      ({ problem, hop }, at) =>
        `${at + 1}. ${problem.code} ${plainText(problem.what)} [${hop}] ${problem.evidence.join(' | ')} -> ${remedyOf(problem)}`,
    )
    .join('\n');
