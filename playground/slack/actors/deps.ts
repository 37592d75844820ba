import type { Outcome } from '../contract.ts';
import type { Deliver, Receipt } from '../delivery.ts';
import { post } from '../messages.ts';
import type { Channel } from '../model.ts';
import type { Workspace } from '../workspace.ts';

export interface ActorDeps {
  readonly workspace: Workspace;
  readonly deliver: Deliver;
  /** Ends waits when this Slack closes. */
  readonly closing: AbortSignal;
}

const slackbotId = 'USLACKBOT';

/** What Slack itself tells one person, in Slackbot's name. */
export const tell = (workspace: Workspace, channel: Channel, userId: string, text: string, threadTs?: string): void => {
  post(workspace, channel, { user: slackbotId, text, visibleTo: userId, threadTs });
};

/** A failed delivery as an outcome; `subject` is what failed. */
export const failed = (subject: string, receipt: Exclude<Receipt, { result: 'acknowledged' }>): Exclude<Outcome, { result: 'acknowledged' }> => ({
  result: receipt.result,
  shown: `${subject} failed with the error "${receipt.result}"`,
});
