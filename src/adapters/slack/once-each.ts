/** Slack delivers again within seconds; and so many forms are not sent in them. */
const MOST_KEPT = 1_000;

/** Work for each key is begun once in this process, and all who ask for it get what came of it. */
export const onceEach = <T>(): ((key: string, work: () => Promise<T>) => Promise<T>) => {
  const begun = new Map<string, Promise<T>>();
  return (key, work) => {
    const before = begun.get(key);
    if (before !== undefined) return before;
    const [oldest] = begun.keys();
    if (begun.size >= MOST_KEPT && oldest !== undefined) begun.delete(oldest);
    const mine = work();
    begun.set(key, mine);
    return mine;
  };
};
