import type { Clock } from './clock.ts';
import { newSecret } from './ids.ts';
import { SlackError } from './slack-error.ts';

/** Where a response_url leads: who asked, from where, and the ephemeral or message it may replace. */
export interface ResponseTarget {
  readonly channel: string;
  readonly user: string;
  readonly messageTs?: string;
  readonly threadTs?: string;
}

export interface Tickets {
  newTrigger(userId: string): string;
  /** Uses the trigger up and returns whose it was. Throws expired_, exchanged_ or invalid_trigger_id. */
  useTrigger(id: string): string;
  newResponse(target: ResponseTarget): string;
  /** One of five uses within 30 minutes. Throws SlackError used_url, expired_url or no_such_url. */
  useResponse(id: string): ResponseTarget;
}

const responseUses = 5;
const responseLifeMs = 30 * 60_000;

export const createTickets = (clock: Clock, triggerLifeMs: number): Tickets => {
  const triggers = new Map<string, { readonly user: string; readonly at: number; used: boolean }>();
  const responses = new Map<string, { readonly target: ResponseTarget; readonly at: number; uses: number }>();
  return {
    newTrigger: (user) => {
      const id = `${Math.trunc(clock.now().getTime())}.${newSecret()}`;
      triggers.set(id, { user, at: clock.now().getTime(), used: false });
      return id;
    },
    useTrigger: (id) => {
      const trigger = triggers.get(id);
      if (!trigger) throw new SlackError('invalid_trigger_id');
      if (trigger.used) throw new SlackError('exchanged_trigger_id');
      if (clock.now().getTime() - trigger.at > triggerLifeMs) throw new SlackError('expired_trigger_id');
      trigger.used = true;
      return trigger.user;
    },
    newResponse: (target) => {
      const id = newSecret();
      responses.set(id, { target, at: clock.now().getTime(), uses: 0 });
      return id;
    },
    useResponse: (id) => {
      const response = responses.get(id);
      if (!response) throw new SlackError('no_such_url');
      if (clock.now().getTime() - response.at > responseLifeMs) throw new SlackError('expired_url');
      if (response.uses >= responseUses) throw new SlackError('used_url');
      response.uses += 1;
      return response.target;
    },
  };
};
