import type { Fault } from '../../playground/faults/fault.ts';
import { type Diagnosis, ranked, type Trouble } from '../../src/domain/diagnosis.ts';
import { plainText } from '../../src/domain/text.ts';

/** What one look came to: the planted fault and nothing else, another name, or no name. */
export type Mark = 'right' | 'wrong' | 'abstained';

/** One look at a fleet with one fault in it. */
export interface Look {
  readonly fault: string;
  readonly noisy: boolean;
  readonly mark: Mark;
  /** Code that led; '' where none did. */
  readonly lead: string;
  readonly tookMs: number;
}

/** What is told first. */
export const leadOf = ({ danger, cause }: Diagnosis): Trouble | undefined => danger[0] ?? cause;

/** What of a diagnosis is not what the fault should have it say; empty where all of it is. */
export const missesOf = (found: Diagnosis, { code, says, told }: Fault): string[] => {
  const lead = leadOf(found);
  if (told === 'a word') {
    const raised = ranked(found).map(({ problem }) => `${problem.code} is raised`);
    return found.warnings.some((warning) => says.every((word) => warning.includes(word)))
      ? raised
      : [...raised, `no warning says all of ${says.map((word) => `"${word}"`).join(', ')}`];
  }
  if (lead?.problem.code !== code) return [`${lead?.problem.code ?? 'nothing'} leads, not ${code}`];
  const { what, evidence, remedy, means } = lead.problem;
  const typed = means?.kind === 'terminal' ? means.lines.map(({ tool, line }) => `${tool} ${line}`) : [];
  const words = [plainText(what), ...evidence, plainText(remedy), ...typed].join('\n');
  return [
    ...says.filter((word) => !words.includes(word)).map((word) => `it does not say "${word}"`),
    ...found.also.map(({ problem }) => `${problem.code} claims to be a cause as well`),
  ];
};

/** Right: the code leads, its words hold what was planted, and nothing else claims to be a cause. A name that is not the fault's is wrong, however near. */
export const markOf = (found: Diagnosis, fault: Fault): Mark => {
  const lead = leadOf(found);
  if (missesOf(found, fault).length === 0) return 'right';
  return lead === undefined && found.also.length === 0 ? 'abstained' : 'wrong';
};

/** Percent of looks that were right; undefined without looks. */
export const rightOf = (looks: readonly Look[]): number | undefined =>
  looks.length === 0 ? undefined : (100 * looks.filter(({ mark }) => mark === 'right').length) / looks.length;

/** Faults of which every look led with the same code. */
export const steady = (looks: readonly Look[]): { readonly same: number; readonly all: number } => {
  const byFault = [...Map.groupBy(looks, ({ fault }) => fault).values()];
  return { same: byFault.filter((of) => new Set(of.map(({ lead }) => lead)).size === 1).length, all: byFault.length };
};
