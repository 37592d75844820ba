import type { CallBudget, CallEnd } from '../ports/call-budget.ts';
import type { Instruments } from './instruments.ts';

/** Counts calls of Slack by what came of them, where their budget hears it. */
export const measuredBudget = (budget: CallBudget, { slackRequests }: Pick<Instruments, 'slackRequests'>): CallBudget => ({
  take: (call) => budget.take(call),
  settle(call, end) {
    // Behind the method stands the channel where the limit is one of each.
    const method = call.key.split(' ')[0] ?? call.key;
    for (const outcome of OUTCOMES) slackRequests.inc({ method, outcome }, outcome === end.kind ? 1 : 0);
    return budget.settle(call, end);
  },
});

const OUTCOMES: readonly CallEnd['kind'][] = ['answered', 'rate-limited', 'unknown'];
