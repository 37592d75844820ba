import type { types } from '@slack/bolt';
import { asShown } from './as-shown.ts';
import type { Message } from './message.ts';
import { cut, LIMITS } from '../limits.ts';

export const plain = (text: string): types.PlainTextElement => ({ type: 'plain_text', text, emoji: false });

/** A modal as it is sent: titles and buttons as short as Slack takes them, and nothing invisible in it. */
export const modal = (view: {
  readonly callback: string;
  readonly title: string;
  readonly submit?: string;
  readonly close: string;
  readonly blocks: readonly types.KnownBlock[];
  readonly metadata?: string;
}): types.ModalView =>
  asShown({
    type: 'modal',
    callback_id: view.callback,
    ...(view.metadata === undefined ? {} : { private_metadata: view.metadata }),
    title: plain(cut(view.title, LIMITS.modalTitle)),
    ...(view.submit === undefined ? {} : { submit: plain(cut(view.submit, LIMITS.modalButton)) }),
    close: plain(cut(view.close, LIMITS.modalButton)),
    blocks: [...view.blocks],
  });

/** A modal that only says something. */
export const noticeModal = (title: string, { blocks }: Message): types.ModalView =>
  modal({ callback: NOTICE_CALLBACK, title, close: 'Close', blocks: blocks.slice(0, LIMITS.viewBlocks) });

const NOTICE_CALLBACK = 'notice';
