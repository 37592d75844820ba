import { SlackError } from '../slack-error.ts';

/** One page of a list with Slack's cursor. Throws invalid_cursor. */
export const pageOf = <T>(
  items: readonly T[],
  limit: number,
  cursor: string | undefined,
): { readonly items: readonly T[]; readonly has_more: boolean; readonly response_metadata: { readonly next_cursor: string } } => {
  const start = cursor ? Number(Buffer.from(cursor, 'base64url').toString()) : 0;
  if (!Number.isInteger(start) || start < 0) throw new SlackError('invalid_cursor');
  const end = start + limit;
  const hasMore = end < items.length;
  return {
    items: items.slice(start, end),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? Buffer.from(String(end)).toString('base64url') : '' },
  };
};
