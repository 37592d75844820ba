import { wayOut } from './way-out.ts';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Ends with 2 and one sentence. */
export const fail = (sentence: string): never => {
  wayOut().tell(sentence);
  process.exit(2);
};

type Options = NonNullable<ParseArgsConfig['options']>;

/** Values of the options that were typed; whoever types another one is told the usage, which stands behind `pgdist`. */
export const asked = <T extends Options>(options: T, usage: string): ReturnType<typeof parseArgs<{ options: T }>>['values'] => {
  try {
    return parseArgs({ options }).values;
  } catch {
    return fail(`usage: pgdist ${usage}`);
  }
};
