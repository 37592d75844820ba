/**
 * How many standbys each commit waits for by synchronous_standby_names: 'ANY 2 (a, b, c)', 'FIRST 2 (a, b)', '2 (a, b)', or 'a, b', which is FIRST 1.
 * 0 where it is empty. Source: PostgreSQL's documentation of the setting, src/backend/replication/syncrep_gram.y.
 */
export const synchronousNeeded = (names: string): number => {
  if (names.trim() === '') return 0;
  const counted = /^\s*(?:(?:ANY|FIRST)\s+)?(\d+)\s*\(/i.exec(names);
  return counted === null ? 1 : Math.max(1, Number(counted[1]));
};
