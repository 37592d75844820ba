import { getentTool, nslookupTool } from './dns-tools.ts';
import { connectTool } from './netcat.ts';
import { ipTool } from './ip.ts';
import type { ShellIo, ShellOptions, Tool } from './tool.ts';

/** Runs argv and returns the exit code: 127 for a command it does not have. */
export type Shell = (argv: readonly string[], io: ShellIo) => Promise<number>;

const TOOLS: Readonly<Record<string, Tool>> = {
  ip: ipTool,
  nc: connectTool,
  nslookup: nslookupTool,
  getent: getentTool,
  echo: async (args, { stdout }) => {
    stdout(`${args.join(' ')}\n`);
    return 0;
  },
  cat: async (args, { stdout, stderr, resolvConf }) => {
    const missing = args.filter((file) => file !== '/etc/resolv.conf');
    if (missing.length < args.length) stdout(resolvConf);
    for (const file of missing) stderr(`cat: can't open '${file}': No such file or directory\n`);
    return missing.length === 0 ? 0 : 1;
  },
  true: async () => 0,
  false: async () => 1,
};

/** A few network commands and `sh -c` with `&&`, `||` and `;`. */
export const shell =
  (options: ShellOptions): Shell =>
  async (argv, io) => {
    const script = scriptOf(argv);
    if (script === undefined) return run(argv, io, options);
    let code = 0;
    for (const { words, when } of commandsOf(script)) {
      if ((when === '&&' && code !== 0) || (when === '||' && code === 0)) continue;
      if (words[0] === 'exit') return Number(words[1] ?? code);
      code = await run(words, io, options);
    }
    return code;
  };

/** True when the shell has every command of argv. */
export const knowsAll = (argv: readonly string[]): boolean => {
  const script = scriptOf(argv);
  const lines = script === undefined ? [argv] : commandsOf(script).map(({ words }) => words);
  return lines.length > 0 && lines.every(([command = '']) => command === 'exit' || Object.hasOwn(TOOLS, command));
};

const run = async ([command = '', ...args]: readonly string[], io: ShellIo, options: ShellOptions): Promise<number> => {
  const tool = Object.hasOwn(TOOLS, command) ? TOOLS[command] : undefined;
  if (tool !== undefined) return tool(args, io, options);
  io.stderr(`sh: ${command}: not found\n`);
  return 127;
};

const scriptOf = ([command = '', flag, script]: readonly string[]): string | undefined =>
  /^(\/bin\/)?(ba|a)?sh$/.test(command) && flag !== undefined && /^-[a-z]*c$/.test(flag) ? script : undefined;

interface Command {
  readonly words: readonly string[];
  readonly when: ';' | '&&' | '||';
}

/** Splits a script into commands; quotes group words, redirections of stderr are dropped. */
const commandsOf = (script: string): readonly Command[] => {
  const commands: { words: string[]; when: Command['when'] }[] = [{ words: [], when: ';' }];
  for (const [token] of script.matchAll(/&&|\|\||[;\n]|(?:'[^']*'|"[^"]*"|[^\s;&|'"])+/g)) {
    if (token === '&&' || token === '||' || token === ';' || token === '\n') commands.push({ words: [], when: token === '\n' ? ';' : token });
    else if (!token.startsWith('2>'))
      commands.at(-1)?.words.push(token.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single = '', double = '') => `${single}${double}`));
  }
  return commands.filter(({ words }) => words.length > 0);
};
