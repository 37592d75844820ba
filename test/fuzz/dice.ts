/** Reproducible choices: the same seed makes the same ones. */
export interface Dice {
  /** 0 … below - 1 */
  int(below: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
}

/** Mulberry32: 32 bits of state are plenty for choosing inputs. */
export const createDice = (seed: number): Dice => {
  let state = seed | 0;
  const number = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(number() * below);
  return { int, pick: (from) => from[int(from.length)] ?? from[0], chance: (probability) => number() < probability };
};
