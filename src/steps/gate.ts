import { blocked, inPlace, type Verdict } from '../domain/finding.ts';
import type { Problem } from '../domain/problem.ts';
import type { Step, StepContext } from './context.ts';
import { plainText } from '../domain/text.ts';

interface Gate extends Pick<Step, 'id' | 'title' | 'stage' | 'cluster' | 'rights' | 'byHand'> {
  /** What is wrong, or what was seen when nothing is. */
  examine(
    context: StepContext,
    purpose: 'check' | 'verify',
  ): Promise<{ readonly problems: readonly Problem[]; readonly evidence: string; readonly warnings?: readonly string[] }>;
}

/** A fact that must be true and that pgdist cannot make true. */
export const gate = ({ examine, ...facts }: Gate): Step => ({
  ...facts,
  gate: true,
  verifyTimeoutMs: 0,
  async check(context) {
    const { problems, evidence, warnings } = await examine(context, 'check');
    return problems.length > 0 ? blocked(...problems) : inPlace(evidence, warnings);
  },
  async apply() {
    throw new Error(`${facts.id} is a gate: nothing can be applied`);
  },
  async verify(context): Promise<Verdict> {
    const { problems, evidence, warnings } = await examine(context, 'verify');
    const [first] = problems;
    if (first === undefined) return { healthy: true, evidence, ...(warnings?.length ? { warnings } : {}) };
    return { healthy: false, waitingFor: plainText(first.what), problem: first, final: true };
  },
});
