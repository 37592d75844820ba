/** What a command works with. */
export interface Console {
  out(text: string): void;
  err(text: string): void;
}

export interface Check {
  readonly name: string;
  run(): Promise<{ readonly warnings?: readonly string[]; readonly errors?: readonly string[] }>;
}

/** Runs preflight checks: a line each on stderr, whatever the outcome; throws when one has errors. */
export const runChecks = async (checks: readonly Check[], { err }: Console): Promise<void> => {
  const failures: string[] = [];
  for (const check of checks) {
    const { warnings = [], errors = [] } = await check.run();
    for (const warning of warnings) err(`\t[WARNING ${check.name}]: ${warning}\n`);
    err(`Preflight check: ${check.name} ${errors.length === 0 ? 'Passed' : 'Failed'} with ${warnings.length} warnings and ${errors.length} errors\n`);
    failures.push(...errors.map((error) => `\t[ERROR ${check.name}]: ${error}`));
  }
  if (failures.length > 0) throw new Error(`[preflight] Some fatal errors occurred:\n${failures.join('\n')}`);
};

/** The program as it was called, for commands that it prints. */
export const programName = (): string => process.env['PGDIST_PLAYGROUND_PROGRAM'] ?? 'clusteradm';
