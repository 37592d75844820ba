/** Nearest-rank percentile: the smallest sample that at least `percent` of all samples do not exceed. Throws without samples. */
export const percentile = (samples: readonly number[], percent: number): number => {
  const ordered = samples.toSorted((a, b) => a - b);
  const found = ordered[Math.max(0, Math.ceil((percent / 100) * ordered.length) - 1)];
  if (found === undefined) throw new Error('a percentile needs samples');
  return found;
};

/** '850 ms' below ten seconds, '12.3 s' above. */
export const told = (ms: number): string => (ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
