import { readFile } from 'node:fs/promises';
import { HELP, readCommandLine, type CommandLine } from './options.ts';
import { CHANNEL } from './people.ts';
import { runScript, type ScriptOptions } from './script/run.ts';
import { stageOf } from './stage.ts';
import type { Playground } from './playground.ts';
import { startPlayground } from './start.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Starts the stand-ins, then bot and worker as they are; runs a script, or stays up until it is interrupted. Returns the exit code. */
const main = async (): Promise<number> => {
  const options = readCommandLine(process.argv.slice(2));
  if (options === 'help') {
    print(HELP);
    return 0;
  }
  const redisUrl = process.env['REDIS_URL'];
  if (redisUrl === undefined) throw new Error('REDIS_URL is not set: start with `npm run playground`');
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const { port, ...rest } = options;
  const playground = await startPlayground({ ...rest, redisUrl, ...(port === undefined ? {} : { port }) });
  try {
    announce(playground);
    const failed = options.script === undefined ? false : await script(playground, options.script, options);
    if (options.script === undefined || options.keep) await interrupted;
    return failed ? 1 : 0;
  } finally {
    await playground.close();
  }
};

const announce = ({ slack, fleet, folder }: Playground): void => {
  print(`Open ${slack.pageUrl} and type /pgdist deploy postgres as Alice; approve as Bob.`);
  print(`kubectl and helm: export KUBECONFIG=${fleet.kubeconfig}`);
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
