import { REJECTION_REASON_LENGTH } from '../../domain/run.ts';

export { cut, cutMrkdwn } from '../../domain/cut.ts';

/**
 * Every limit of Slack that pgdist runs into, in one place. Characters unless the name says otherwise.
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */
export const LIMITS = {
  /** Blocks of one message. */
  blocks: 50,
  /** JSON of all blocks of one message. Slack refuses somewhere near 13 200 (msg_blocks_too_long, not documented, slackapi/bolt-js#2509). */
  blocksJson: 12_000,
  /** Fallback text: chat.update refuses more than 4 000, postMessage cuts at 40 000. */
  fallbackText: 3_000,
  sectionText: 3_000,
  /** Preformatted text of ours; Slack names no limit. */
  pre: 9_000,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  modalTitle: 24,
  modalMetadata: 3_000,
  modalButton: 24,
  /** Blocks of a modal, and of the Home tab. */
  viewBlocks: 100,
  /** JSON of a view; Slack refuses 250 kB (view_too_large). */
  viewJson: 200_000,
  radioOptions: 10,
  /** Of a menu, and of each of its groups. */
  menuOptions: 100,
  optionText: 75,
  /** Slack's types say 75, and its validator takes 150. */
  optionValue: 150,
  /** max_length of a plain_text_input; pgdist asks for less. */
  rejectReason: REJECTION_REASON_LENGTH,
  blockId: 255,
  tableRows: 100,
  tableColumns: 20,
  tableCells: 10_000,
  /** Tables of one message. */
  tables: 1,
  /** Of a picture: its words for those who do not see it. */
  altText: 1_000,
  /** Uses of a response_url, and how long it lives. */
  responseUrlUses: 5,
  responseUrlLifeMs: 30 * 60_000,
  /** Of a slash command in the manifest; clients show less. */
  usageHint: 1_000,
  /** A command or click must be acknowledged within this. */
  ackMs: 3_000,
  /** One text line inside a message of ours, so that one long error does not push everything else out. */
  line: 600,
} as const;
