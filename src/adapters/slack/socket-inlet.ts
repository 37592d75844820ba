import type { App } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { inTime } from './in-time.ts';
import { openLink, type SocketLink } from './socket-link.ts';
import { linkDisabled, refusedStart, type SlackRefusedError } from './start-refusal.ts';
import { backOffMs, failureWords, slackFailure } from './slack-failure.ts';

/** Connections at a time: each serves while the other one is renewed. Slack allows ten. */
const CONNECTIONS = 2;

interface SocketInletDeps {
  readonly appToken: string;
  readonly slackApiUrl: string;
  readonly clock: Clock;
  /** In [0, 1), so that processes that lost Slack together do not all come back together. */
  readonly random: () => number;
  readonly log: Log;
  readonly around: (app: App) => App;
  /** Slack does not let this app connect any more: told once, nothing is tried after it. */
  readonly onRefused: (refusal: SlackRefusedError) => void;
}

/** Two connections that are never both being opened: one waits until the other is open or has failed. */
export const socketInlet = (deps: SocketInletDeps) => {
  const { clock, random, log, around, onRefused } = deps;
  const stopping = new AbortController();
  const links = new Set<SocketLink>();
  let turn: Promise<unknown> = Promise.resolve();
  let app: App | undefined;
  let refusal: SlackRefusedError | undefined;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const refuse = (found: SlackRefusedError): void => {
    if (refusal !== undefined) return;
    refusal = found;
    stopping.abort(found);
    onRefused(found);
  };

  /** Opens one connection, waiting ever longer between two tries, a minute at most. Rejects when Slack refuses, or when told to stop. */
  const open = async (given: App): Promise<SocketLink> => {
    for (let failures = 1; ; failures += 1) {
      stopping.signal.throwIfAborted();
      try {
        const link = await inTurn(() => openLink({ ...deps, app: given }));
        if (stopping.signal.aborted) await link.close();
        stopping.signal.throwIfAborted();
        links.add(link);
        return link;
      } catch (error) {
        stopping.signal.throwIfAborted();
        const failure = slackFailure(error);
        const refused = refusedStart('SLACK_APP_TOKEN', failure);
        if (refused !== undefined) throw refused;
        const waitMs = failure?.kind === 'rate-limited' ? failure.retryAfterMs : backOffMs(failures, random());
        const reason = failure === undefined ? (error instanceof Error ? error.message : String(error)) : failureWords(failure);
        log.warn({ reason, failures, waitMs: Math.round(waitMs) }, 'slack gives no connection, asking again');
        await clock.sleep(waitMs, stopping.signal);
      }
    }
  };

  const keep = async (given: App, first: SocketLink): Promise<void> => {
    let link = first;
    for (let short = 0; ;) {
      const openedMs = clock.monotonicMs();
      const end = await link.ended;
      if (stopping.signal.aborted) return;
      if (end === 'disabled') throw linkDisabled();
      if (end === 'closed') links.delete(link);
      short = clock.monotonicMs() - openedMs < SHORT_LIFE_MS ? short + 1 : 0;
      if (short > 0) await clock.sleep(backOffMs(short, random()), stopping.signal);
      const next = await open(given);
      links.delete(link);
      // Only now: until then it may still have brought something.
      if (end === 'renewed') void link.close();
      link = next;
    }
  };
  /** Opens one connection and keeps it, by another one when it ends. Resolves with the first; never rejects after that. */
  const keepOne = async (given: App): Promise<void> => {
    const first = await open(given);
    keep(given, first).catch((error: unknown) => {
      if (!stopping.signal.aborted) refuse(error as SlackRefusedError);
    });
  };

  const stop = async (): Promise<void> => {
    stopping.abort(new Error('slack is let go of'));
    await Promise.all([...links].map((link) => link.close()));
    links.clear();
  };
  return {
    receiver: {
      init: (given: App): void => void (app = around(given)),
      async start(): Promise<void> {
        const given = app;
        if (given === undefined) throw new Error('the app was not initialised');
        await keepOne(given);
        const other = Promise.all(Array.from({ length: CONNECTIONS - 1 }, () => keepOne(given))).catch((error: unknown) => {
          if (!stopping.signal.aborted) refuse(error as SlackRefusedError);
        });
        // With one open nobody has to wait for the other.
        await inTime(other, clock, OTHERS_WITHIN_MS);
      },
      stop,
    },
    faults: (): readonly string[] => {
      if (refusal !== undefined) return [refusal.message];
      return [...links].some((link) => link.isOpen()) ? [] : ['Slack is not connected'];
    },
    stop,
  };
};

/** A connection that ends sooner may well do so again. */
const SHORT_LIFE_MS = 10_000;
/** For starting, which says that all are open if that takes no longer. */
const OTHERS_WITHIN_MS = 2_000;
