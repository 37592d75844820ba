import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

/** Somebody at a terminal who types without a pause. */
export interface Person {
  /** Commands typed so far. */
  readonly typed: number;
  /** Runs one command to its end and gives its output; throws when it fails. */
  type(command: string, args: readonly string[], stdin?: string): Promise<string>;
  /** Types the command again and again, with a pause between, until `enough` likes what it says; a failure is not liked. `help`: done before each pause. */
  again(command: string, args: readonly string[], enough?: (output: string) => boolean, help?: () => Promise<void>): Promise<string>;
}

const COMMAND_TIMEOUT_MS = 300_000;
const PATIENCE_MS = 120_000;

/** `pauseMs`: between two looks at something that nothing waits for. */
export const personAt = ({ environment, pauseMs }: { readonly environment: Readonly<Record<string, string>>; readonly pauseMs: number }): Person => {
  let typed = 0;
  const run = async (command: string, args: readonly string[], stdin?: string) => {
    typed += 1;
    return execa(command, [...args], {
      env: { ...environment },
      extendEnv: false,
      reject: false,
      timeout: COMMAND_TIMEOUT_MS,
      ...(stdin === undefined ? { stdin: 'ignore' } : { input: stdin }),
    });
  };
  return {
    get typed() {
      return typed;
    },
    async type(command, args, stdin) {
      const { exitCode, stdout, stderr } = await run(command, args, stdin);
      if (exitCode !== 0) throw new Error(`${[command, ...args].join(' ').slice(0, 120)} ended with ${exitCode}: ${stderr.slice(-600)}`);
      return stdout;
    },
    async again(command, args, enough = () => true, help) {
      const endMs = performance.now() + PATIENCE_MS;
      for (;;) {
        const { exitCode, stdout, stderr } = await run(command, args);
        if (exitCode === 0 && enough(stdout)) return stdout;
        if (performance.now() > endMs)
          throw new Error(`${[command, ...args].join(' ').slice(0, 120)} never said what the guide shows: ${stdout}${stderr}`);
        await help?.();
        await delay(pauseMs);
      }
    },
  };
};
