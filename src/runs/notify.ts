import type { Notifying } from '../ports/use-cases.ts';
import { doDeed } from './deed.ts';
import type { RunDeps } from './use-case.ts';

/** Turns the direct messages of this person on or off; without either, only says how it is. Returns how it is afterwards. */
export const notifyPerson = (deps: RunDeps, request: Notifying): Promise<boolean> =>
  doDeed(deps, 'notify', request, async (_trace, intend) => {
    const { preferences } = deps;
    const { by, wanted } = request;
    if (wanted === undefined) return await preferences.notified(by.userId);
    await intend();
    await preferences.setNotified(by.userId, wanted);
    return wanted;
  });
