/** Runs the calls of one key one after another, in the order in which they came; a failed one does not stop the next. */
export const oneAtATime = (): (<T>(key: string, call: () => Promise<T>) => Promise<T>) => {
  const last = new Map<string, Promise<unknown>>();
  return async (key, call) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(call, call);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
};
