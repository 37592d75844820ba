import type { Actor } from '../../domain/run.ts';
import type { Reply } from '../../ports/use-cases.ts';
import { told } from '../../domain/text.ts';
import { code, joined } from '../../domain/text.ts';
import type { Desk } from './desk.ts';
import { inTime } from './in-time.ts';
import { databaseForm, type FormOrigin, loadingForm } from './render/database-form.ts';
import type { Message } from './render/message.ts';
import { toldMessage } from './render/told-message.ts';
import { failureWords, slackFailure } from './slack-failure.ts';

/** What opens a form: a trigger, which lives three seconds and works once. */
interface Opening extends FormOrigin {
  readonly triggerId: string;
  readonly by: Actor;
  /** From the Home tab: those in which the run may be shown. */
  readonly channels?: readonly string[];
  readonly chosen?: string;
  /** What can be typed instead. */
  readonly instead: Reply['text'];
}

/** So long the trigger waits for what is to stand in the form; later, the form is opened without it and filled. */
const AT_ONCE_MS = 600;

/** Opens the form. Returns what to tell in its place, where Slack does not open it. */
export const openForm = async (desk: Desk, opening: Opening): Promise<Message | undefined> => {
  const { verb, by, channel, fleet, channels = [], chosen, triggerId, instead } = opening;
  const reading = desk.runs
    .databases(channel === undefined ? channels : [channel], { by, verb })
    .then((choice) => ({ ...choice, databases: choice.databases.filter((database) => fleet === undefined || database.fleet === fleet) }));
  const filled = async () =>
    databaseForm({
      verb,
      channels,
      fleets: desk.fleets,
      ...(fleet === undefined ? {} : { fleet }),
      choice: await reading,
      now: desk.clock.now().toISOString(),
      ...(channel === undefined ? {} : { channel }),
      ...(chosen === undefined ? {} : { chosen }),
    });
  try {
    const first = await inTime(filled(), desk.clock, AT_ONCE_MS);
    if (first.kind === 'done') {
      await desk.client.views.open({ trigger_id: triggerId, view: first.value });
      return undefined;
    }
    const { view } = await desk.client.views.open({ trigger_id: triggerId, view: loadingForm(verb) });
    const view_id = view?.id ?? '';
    await desk.client.views.update({ view_id, ...(view?.hash === undefined ? {} : { hash: view.hash }), view: await first.rest });
    return undefined;
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    // The person closed it meanwhile, or has it already.
    if (failure.kind === 'refused' && ['not_found', 'hash_conflict'].includes(failure.error)) return undefined;
    desk.log.warn({ error: failureWords(failure) }, 'a form was not opened');
    const why = failure.kind === 'refused' ? code(failure.error) : 'no answer';
    return toldMessage(joined([told`Slack did not open the form (${why}).`, instead], ' '));
  }
};
