import { setTimeout as delay } from 'node:timers/promises';
import type { ApiRequest, RequestFault } from '../contract.ts';
import { refusedWith } from '../errors.ts';

/** What befalls one request, at its two moments. */
export interface Befallen {
  /** Before it is carried out; false: it is lost with its connection. Throws a refusal. */
  before(): Promise<boolean>;
  /** After it was carried out, before its answer; false: the answer is lost with its connection. */
  after(): Promise<boolean>;
}

export const befall = (fault: RequestFault | undefined, request: ApiRequest): Befallen => {
  const at = async (moment: 'before' | 'after'): Promise<boolean> => {
    if (fault?.kind === 'cut') return fault.when !== moment;
    if (fault?.kind === 'held' && fault.when === moment) return (await fault.until(request)) === 'goes on';
    return true;
  };
  return {
    async before() {
      if (fault?.kind === 'refused') throw refusedWith(fault.code, fault.retryAfterSeconds);
      if (fault?.kind === 'slow') await delay(fault.ms);
      return at('before');
    },
    after: () => at('after'),
  };
};
