import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HELP, readCommandLine, type CommandLine } from './options.ts';
import { CHANNEL } from './people.ts';
import { runScript, type ScriptOptions } from './script/run.ts';
import { stageOf } from './stage.ts';
import type { Playground } from './playground.ts';
import { startPlayground } from './start.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** How a playground came to its end. */
type Ending = 'interrupted' | 'start over' | 'crashed';

/** Starts the stand-ins, then bot and worker as they are; runs a script, or stays up until it is interrupted. Returns the exit code. */
const main = async (): Promise<number> => {
  const options = readCommandLine(process.argv.slice(2));
  if (options === 'help') {
    print(HELP);
    return 0;
  }
  const redisUrl = process.env['REDIS_URL'];
  if (redisUrl === undefined) throw new Error('REDIS_URL is not set: start with `npm run playground`');
  const fatal = interruptedOrCrashed();
  // The same for all that follow one another: who set KUBECONFIG need not do so again.
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-'));
  for (let port = options.port, first = true; ; first = false) {
    const { promise: asked, resolve } = Promise.withResolvers<Ending>();
    const { port: _, ...rest } = options;
    const given = { ...rest, redisUrl, folder, startOver: () => resolve('start over'), ...(port === undefined ? {} : { port }) };
    const playground = await startPlayground(given);
    port = Number(new URL(playground.slack.pageUrl).port);
    let failed = false;
    let ending: Ending = 'interrupted';
    try {
      if (first) announce(playground);
      failed = options.script !== undefined && first ? await script(playground, options.script, options) : false;
      if (options.script === undefined || options.keep) ending = await Promise.race([fatal, asked]);
    } finally {
      await playground.close();
    }
    if (ending !== 'start over') return failed || ending === 'crashed' ? 1 : 0;
    print('starting over');
  }
};

/** How long what is left is given to end after a fault that nobody caught; then it ends with this process. */
const CLOSING_MS = 10_000;

/** Resolves with an interrupt, or after a fault that nobody caught, which is printed: nothing is known of the state after it. */
const interruptedOrCrashed = (): Promise<Ending> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('interrupted'));
    const crash = (error: unknown): void => {
      process.stderr.write(`The playground ends: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      setTimeout(() => process.exit(1), CLOSING_MS).unref();
      resolve('crashed');
    };
    process.on('uncaughtException', crash).on('unhandledRejection', crash);
  });

const announce = ({ slack, fleet, tools, folder }: Playground): void => {
  print(`Open ${slack.pageUrl} and type /pgdist deploy postgres as Alice; approve as Bob.`);
  print(`kubectl and helm: export KUBECONFIG=${fleet.kubeconfig}`);
  print(`  ${tools.kubectl}`);
  print(`  ${tools.helm}`);
  print(`logs: ${folder}/bot.log ${folder}/worker.log · Ctrl-C ends everything`);
};

/** True when a line did not get what it expected. */
const script = async (playground: Playground, file: NonNullable<CommandLine['script']>, patience: ScriptOptions): Promise<boolean> => {
  const { failed } = await runScript(await readFile(file, 'utf8'), stageOf(playground, patience), print, patience);
  print(`\n${playground.slack.transcript(CHANNEL)}`);
  if (failed !== undefined) print(`line ${failed.line.number} failed: ${failed.line.text}\n  ${failed.reason}`);
  return failed !== undefined;
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
