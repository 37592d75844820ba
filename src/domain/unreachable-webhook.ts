/** The webhook that an API server says it did not reach, 'webhook a.b' or 'conversion webhook for a.b/v1, Kind=C'; the same sentence comes by events and through helm. */
export const unreachableWebhook = (message: string): string | undefined => {
  const admission = /failed calling webhook \\?"([^"\\]+)/.exec(message);
  if (admission !== null) return `webhook ${admission[1] ?? ''}`;
  const conversion = /conversion webhook for (.+?) failed/.exec(message);
  return conversion === null ? undefined : `conversion webhook for ${(conversion[1] ?? '').replace(/,$/, '')}`;
};
