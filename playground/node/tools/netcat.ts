import type { Tool } from './tool.ts';

/** `nc [-zv] [-w SECONDS] HOST PORT`: whether a TCP connection comes about in the fleet's network. */
export const connectTool: Tool = async (args, { stderr, signal }, { cluster, network, time }) => {
  const { positional, verbose, waitSeconds } = parse(args);
  const [host = '', port = ''] = positional;
  if (host === '' || !/^\d+$/.test(port)) {
    stderr('nc: missing host or port\n');
    return 1;
  }
  const url = `https://${host}:${port}`;
  if (network?.reachable(cluster, url) === true) {
    if (verbose) stderr(`${host} (${host}:${port}) open\n`);
    return 0;
  }
  // A cut way swallows packets until the wait is over; an address where nothing listens refuses at once.
  const silent = network?.resolve(url) !== undefined;
  if (silent) await time.after(waitSeconds * 1000, signal);
  stderr(`nc: ${host} (${host}:${port}): ${silent ? 'Connection timed out' : 'Connection refused'}\n`);
  return 1;
};

/** TCP's own patience when -w is not given: about two minutes. */
const DEFAULT_WAIT_SECONDS = 127;

const parse = (args: readonly string[]): { positional: string[]; verbose: boolean; waitSeconds: number } => {
  const positional: string[] = [];
  let verbose = false;
  let waitSeconds = DEFAULT_WAIT_SECONDS;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-')) {
      positional.push(arg);
      continue;
    }
    verbose ||= arg.includes('v');
    const at = arg.indexOf('w');
    if (at > 0) {
      const attached = arg.slice(at + 1);
      waitSeconds = Number(attached === '' ? args[(index += 1)] : attached);
    }
  }
  return { positional, verbose, waitSeconds };
};
