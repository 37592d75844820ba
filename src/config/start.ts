import { visible } from '../domain/visible.ts';
import { createRedactor } from '../redaction/redactor.ts';
import { ConfigurationError, faultText } from './faults.ts';

/** Loads the configuration of a process; lists every fault with its path on stderr and exits 2 when there is one. */
export const configurationOrExit = <T>(load: (env: NodeJS.ProcessEnv) => T, env: NodeJS.ProcessEnv): T => {
  try {
    return load(env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const redactor = createRedactor();
    const count = error.faults.length;
    process.stderr.write(`pgdist cannot start: ${count} ${count === 1 ? 'setting is' : 'settings are'} wrong.\n`);
    for (const fault of error.faults) process.stderr.write(`  ${visible(redactor.text(faultText(fault)))}\n`);
    process.exit(2);
  }
};
