import { createHash } from 'node:crypto';
import { DEEDS, type DeedName } from '../../domain/deeds.ts';
import { TransientError, UserError } from '../../domain/problem.ts';
import type { Log } from '../../ports/log.ts';
import type { Message } from './render/message.ts';
import { code, joined, phrase, told, user, within } from '../../domain/text.ts';
import { cut } from './limits.ts';
import { toldMessage } from './render/told-message.ts';

/** What was asked, for the sentence and the log. */
export interface Asked {
  /** 'deploy postgres', 'approve' */
  readonly what: string;
  readonly runId?: string;
  /** Slack's trigger or event id; a short hash of it finds the log line. */
  readonly requestId: string;
  readonly admins: readonly string[];
}

/** The sentence for somebody whose request failed. Expected refusals are told as they are; anything else is logged with its stack. */
export const troubleMessage = (error: unknown, asked: Asked, log: Log): Message => {
  if (error instanceof UserError) return toldMessage(error.text, error.link, error.offer);
  const reference = createHash('sha256').update(asked.requestId).digest('hex').slice(0, 8);
  const fields = { reference, asked: asked.what, ...(asked.runId === undefined ? {} : { runId: asked.runId }), error };
  const tell = asked.admins.length === 0 ? 'tell the people who run pgdist' : phrase`tell ${within(joined(asked.admins.map(user), ', '))}`;
  if (isOutage(error)) {
    log.error(fields, 'store or queue does not answer');
    const store = isLate(error) ? "pgdist's store answers too slowly" : "pgdist's store does not answer";
    return toldMessage(
      onlyShows(asked.what)
        ? told`${store}, so ${code(asked.what)} cannot be told now. Nothing has changed. Ask again in a moment; if it stays so ${tell}.`
        : told`${store}: it is not known whether ${code(asked.what)} was taken. Ask again, a second time does no harm; if it stays so ${tell}.`,
    );
  }
  log.error(fields, 'request failed by a bug');
  const about = asked.runId === undefined ? '' : phrase`, run ${code(cut(asked.runId, 80))}`;
  return toldMessage(told`${code(asked.what)} went wrong, and that is a bug of pgdist${about}. It is logged as \`${reference}\`: ${tell}.`);
};

/** Of a deed that only tells what is stored nothing can have been taken. */
const onlyShows = (what: string): boolean => {
  const name = what.trim().split(/\s/)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(DEEDS, name) && DEEDS[name as DeedName].effect === 'shows';
};

const isLate = (error: unknown): boolean => error instanceof Error && /timed? ?out|did not answer in \d+ ms/i.test(error.message);

/** Codes of Node's network errors and of the Redis client when its server is away. */
const isOutage = (error: unknown): boolean => {
  if (error instanceof TransientError) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_)/.test(code) ||
    ['MaxRetriesPerRequestError', 'TimeoutError', 'ReplyError'].includes(error.name) ||
    /Connection is closed|timed? ?out|did not answer in \d+ ms/i.test(error.message)
  );
};
