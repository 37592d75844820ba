import type { Run } from './run.ts';

/** ', 2 steps are left out of it, as it says there' behind what a script is; '' where it is whole. */
export const leftOutOfScript = ({ leftOut = 0 }: NonNullable<Run['script']>): string =>
  leftOut === 0 ? '' : `, ${leftOut === 1 ? '1 step is' : `${leftOut} steps are`} left out of it, as run.sh says in their places`;
