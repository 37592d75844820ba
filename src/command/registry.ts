import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { DEEDS, TYPED_DEEDS } from '../domain/deeds.ts';
import type { Command } from './command.ts';

const shape = z.object({
  name: z.string().regex(/^[a-z][a-z-]*$/),
  summary: z.string().min(1).max(200),
  usage: z.string().min(1),
  deed: z.enum(TYPED_DEEDS, { error: ({ input }) => deedFault(input) }),
  run: z.custom<Command['run']>((value) => typeof value === 'function'),
});

/** A verb without a deed would be open to whoever nobody thought of. */
const deedFault = (input: unknown): string => {
  const known = `must be one of ${TYPED_DEEDS.join(', ')}`;
  if (input === undefined) return `is missing: say what the command does, so that it is known who may; ${known}`;
  return typeof input === 'string' && Object.hasOwn(DEEDS, input) ? `${input} cannot be typed; ${known}` : known;
};

/** Order in the help; what is not named here follows by name. */
const FIRST = [
  'deploy',
  'plan',
  'status',
  'verify',
  'explain',
  'cancel',
  'reject',
  'mute',
  'unmute',
  'lock',
  'unlock',
  'pending',
  'history',
  'notify',
  'runs',
  'audit',
];

/** The folder is the registry: every .ts file in it is one command. Rejects a file that exports something else, naming it and what was found. */
export const loadCommands = async (folder: URL = new URL('../../commands/', import.meta.url)): Promise<readonly Command[]> => {
  const files = (await readdir(folder)).filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith('.d.ts'));
  const commands = await Promise.all(files.toSorted().map((file) => loadCommand(folder, file)));
  if (commands.length === 0) throw new Error(`${folder.pathname} holds no commands`);
  return commands.toSorted((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
};

const loadCommand = async (folder: URL, file: string): Promise<Command> => {
  const { default: found } = (await import(new URL(file, folder).href)) as { default?: unknown };
  const parsed = shape.safeParse(found);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'default export'}: ${message}`).join('; ');
    throw new Error(`commands/${file} must export a command (name, summary, usage, deed, run) as default, but exports ${describe(found)}: ${wrong}`);
  }
  const name = file.replace(/\.(ts|js)$/, '');
  if (parsed.data.name !== name) throw new Error(`commands/${file} exports the command ${parsed.data.name}; the file must have its name`);
  if (parsed.data.usage.split(' ')[0] !== name)
    throw new Error(`commands/${file} has the usage "${parsed.data.usage}", which must start with ${name}`);
  return found as Command;
};

const describe = (found: unknown): string =>
  typeof found === 'object' && found !== null
    ? `an object with ${Object.keys(found).join(', ') || 'nothing'}`
    : found === undefined
      ? 'no default'
      : `a ${typeof found}`;

const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
