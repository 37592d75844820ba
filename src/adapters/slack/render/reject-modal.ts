import type { types } from '@slack/bolt';
import { cut, LIMITS } from '../limits.ts';
import type { Message } from './message.ts';
import { noticeModal, plain } from './views.ts';

export const REJECT_CALLBACK = 'reject';
export const REASON = 'reason';

/** Asks why; `metadata` comes back with the submission and is no authority. */
export const rejectModal = (metadata: string): types.ModalView => ({
  type: 'modal',
  callback_id: REJECT_CALLBACK,
  private_metadata: metadata,
  title: plain(cut('Reject the plan', LIMITS.modalTitle)),
  submit: plain('Reject'),
  close: plain('Back'),
  blocks: [
    {
      type: 'input',
      block_id: REASON,
      optional: true,
      label: plain('Why (shown in the thread)'),
      element: { type: 'plain_text_input', action_id: REASON, multiline: true, max_length: LIMITS.rejectReason },
    },
  ],
});

/** What the modal says when the rejection was refused. */
export const refusedModal = (message: Message): types.ModalView => noticeModal('Not rejected', message);
