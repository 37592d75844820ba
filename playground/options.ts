import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface CommandLine {
  readonly configFile: string;
  readonly script: string | undefined;
  readonly speed: number;
  readonly port: number | undefined;
  readonly delivery: 'socket-mode' | 'http';
  readonly patienceSeconds: number;
  readonly keep: boolean;
}

/** Thirty times faster than real clusters: a deploy takes some seconds instead of minutes. */
const DEFAULT_SPEED = 30;

export const HELP = `npm run playground -- [options]
  --script FILE   runs the lines of FILE instead of waiting for a browser; exit code 0 only if every line got what it expected
  --config FILE   a pgdist.yaml of your own (default: examples/pgdist.yaml)
  --speed N       how much faster than real the clusters are (default ${DEFAULT_SPEED}; 1 is real time)
  --port N        port of the page (default: any free one)
  --http          Slack delivers over signed HTTP instead of Socket Mode
  --patience N    with --script: every line waits at least N seconds for what it wants, on a machine that is busy
  --keep          with --script: stay up afterwards, for looking at the page
`;

/** Throws an Error with a sentence for the person. */
export const readCommandLine = (argv: readonly string[]): CommandLine | 'help' => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      script: { type: 'string' },
      config: { type: 'string' },
      speed: { type: 'string' },
      port: { type: 'string' },
      patience: { type: 'string' },
      http: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const example = new URL('../examples/pgdist.yaml', import.meta.url).pathname;
  return {
    configFile: values.config === undefined ? example : resolve(values.config),
    script: values.script === undefined ? undefined : resolve(values.script),
    speed: values.speed === undefined ? DEFAULT_SPEED : positive('speed', values.speed),
    port: values.port === undefined ? undefined : positive('port', values.port),
    delivery: values.http ? 'http' : 'socket-mode',
    patienceSeconds: values.patience === undefined ? 0 : positive('patience', values.patience),
    keep: values.keep,
  };
};

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} takes a positive number, not ${text}`);
  return value;
};
