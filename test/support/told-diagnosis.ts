import { type Diagnosis, ranked } from '../../src/domain/diagnosis.ts';
import { plainText } from '../../src/domain/text.ts';

/** The whole of a diagnosis, for people who look at a failed test. */
export const toldDiagnosis = (found: Diagnosis): string =>
  ranked(found)
    .map(
      ({ problem, hop }, at) =>
        `${at + 1}. ${problem.code} ${plainText(problem.what)} [${hop}] ${problem.evidence.join(' | ')} -> ${plainText(problem.remedy)}`,
    )
    .join('\n');
