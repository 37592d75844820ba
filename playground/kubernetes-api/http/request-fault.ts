import { setTimeout as delay } from 'node:timers/promises';
import type { ApiRequest, RequestFault } from '../contract.ts';
import { proxyPage, refusedWith } from '../errors.ts';

/** What befalls one request, at its two moments. */
export interface Befallen {
  /** Before it is carried out; false: it is lost with its connection. Throws a refusal. */
  before(): Promise<boolean>;
  /** After it was carried out, before its answer; false: the answer is lost with its connection. */
  after(): Promise<boolean>;
}

/** All that was ordered for a request, in the order of the orders. */
export const befall = (faults: readonly RequestFault[], request: ApiRequest): Befallen => {
  const passes = async (fault: RequestFault, moment: 'before' | 'after'): Promise<boolean> => {
    if (moment === 'before' && fault.kind === 'refused') throw refusedWith(fault.code, fault.retryAfterSeconds);
    if (moment === 'before' && fault.kind === 'page') throw proxyPage(fault.code);
    if (moment === 'before' && fault.kind === 'slow') await delay(fault.ms);
    if (fault.kind === 'cut') return fault.when !== moment;
    if (fault.kind === 'held' && fault.when === moment) return (await fault.until(request)) === 'goes on';
    return true;
  };
  const at = async (moment: 'before' | 'after'): Promise<boolean> => {
    for (const fault of faults) if (!(await passes(fault, moment))) return false;
    return true;
  };
  return { before: () => at('before'), after: () => at('after') };
};
