/** 14:02 UTC, 2026-11-22 14:02:07 UTC: an instant (ISO 8601, in UTC) where nothing knows the time zone of the reader: a fallback, a file, a terminal. */
export const clockTime = (instant: string, { seconds = false, day = false }: { readonly seconds?: boolean; readonly day?: boolean } = {}): string =>
  `${day ? `${instant.slice(0, 10)} ` : ''}${instant.slice(11, seconds ? 19 : 16)} UTC`;
