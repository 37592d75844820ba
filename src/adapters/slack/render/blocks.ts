import type { types } from '@slack/bolt';

/** Block Kit's own types, under the names used here. */
export type Block = types.KnownBlock;
export type RichText = types.RichTextBlock;
export type RichTextElement = types.RichTextElement;
export type TaskCard = types.TaskCardBlock;
export type Button = types.Button;
