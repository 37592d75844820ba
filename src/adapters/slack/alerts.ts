import { createHash } from 'node:crypto';
import type { Alert } from '../../domain/alert.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { databaseAsTyped } from '../../domain/several-fleets.ts';
import type { Alerts } from '../../ports/alerts.ts';
import { editOnce } from './edit-once.ts';
import { createMessageApi } from './message-api.ts';
import { durableClient } from './clients.ts';
import { postOnce } from './post-once.ts';
import { alertMessage, type TypedAlert } from './render/alert.ts';
import type { ProblemDocs } from './render/problem.ts';
import { againAfterMs, failureWords, slackFailure } from './slack-failure.ts';
import type { ThreadOptions } from './thread.ts';
import { createMemory } from './thread-memory.ts';
import { createUnstored } from './unstored.ts';
import { configOf, configsIn, type OfFleets, type Posting } from './view.ts';

interface AlertsConfig {
  readonly fleet: Fleet;
  readonly slack: ProblemDocs;
  /** Of the fleet; default: nobody has one of that name but the fleet of the alert. */
  readonly databases?: readonly { readonly name: string }[];
}

type AlertsOptions = Omit<ThreadOptions, 'config'> & { readonly config: OfFleets<AlertsConfig> };

/** Slack's side of alerts: one message each, in the first of its places that takes it. A failure of Slack is logged and comes back as `againMs`. */
export const createAlerts = ({ token, slackApiUrl, config, clock, log, redactor, budget }: AlertsOptions): Alerts => {
  const api = createMessageApi({ client: durableClient({ token, slackApiUrl, log, redactor, budget, clock }), clock, log });
  const unstored = createUnstored();
  return {
    async show(alert, stored, remember, signal) {
      const memory = createMemory(unstored.recalled(alert.id, stored), unstored.remembering(alert.id, remember), () => clock.now());
      const view: Posting = { run: { id: alert.id, requestedAt: alert.openedAt }, memory, api, signal, log };
      try {
        await shown(view, typed(alert, config), configOf(config, alert.fleet), clock.now().toISOString());
        return { shown: memory.shown() };
      } catch (error) {
        const failure = slackFailure(error);
        if (failure === undefined) throw error;
        log.warn({ alert: alert.id, error: failureWords(failure) }, 'slack did not take an alert, trying again later');
        return { shown: memory.shown(), againMs: againAfterMs(failure) };
      }
    },
  };
};

/** Of several fleets the alert says of which it tells. */
const typed = (alert: Alert, config: AlertsOptions['config']): TypedAlert => {
  const { fleet, database } = alert;
  const fleets = configsIn(config).map(({ databases = [], ...one }) => ({ ...one, databases }));
  if (fleet === undefined || fleets.length < 2) return { ...alert, typed: database };
  return { ...alert, typed: databaseAsTyped(database, fleet, fleets), onFleet: fleet };
};

const shown = async (view: Posting, alert: TypedAlert, { slack: docs, fleet }: AlertsConfig, now: string): Promise<void> => {
  const { memory } = view;
  const message = alertMessage(alert, fleet, docs);
  const cardHash = createHash('sha256').update(JSON.stringify(message)).digest('hex').slice(0, 16);
  if (memory.shown().ts === undefined) {
    // What ended before Slack took it is told to nobody any more.
    if (alert.ended !== undefined && begunAt(view, alert) === -1) return;
    await posted(view, alert, message, { cardHash, editedAt: now });
  }
  // One that was found shows what was true when it was sent.
  const { ts, cardHash: last } = memory.shown();
  if (ts === undefined || cardHash === last) return;
  await editOnce(view, ts, message, false);
  await memory.keep({ cardHash, editedAt: now });
};

/** Of each place its own: one whose end is not known is looked for where it was begun. */
const keyOf = (at: number): string => `alert-${at + 1}`;

/** The place at which a post was begun whose end is not known; -1: none. */
const begunAt = ({ memory }: Posting, { places }: Alert): number => places.findIndex((_, at) => memory.begunOf(keyOf(at)) > 0);

/** In the first place that does not refuse it. Throws the refusal of the last. */
const posted = async (
  view: Posting,
  alert: Alert,
  message: ReturnType<typeof alertMessage>,
  change: { readonly cardHash: string; readonly editedAt: string },
): Promise<void> => {
  const { memory, log } = view;
  const { places } = alert;
  for (const [at, { channel, threadTs }] of places.entries()) {
    if (at < begunAt(view, alert)) continue;
    try {
      if (memory.shown().channel !== channel) await memory.keep({ channel });
      await postOnce(view, keyOf(at), message, {
        ...(threadTs === undefined ? {} : { threadTs }),
        change: (ts, isNew) => ({ ts, ...(isNew ? change : {}) }),
      });
      return;
    } catch (error) {
      const failure = slackFailure(error);
      if (failure?.kind !== 'refused' || at === places.length - 1) throw error;
      log.warn({ alert: alert.id, channel, error: failureWords(failure) }, 'slack refuses an alert there, trying the next place');
    }
  }
};
