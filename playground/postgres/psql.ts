import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DatabaseError } from 'pg';
import type { ContainerShell } from './container-shell.ts';
import { psqlArguments, type PsqlCall } from './psql-arguments.ts';
import { psqlOutput } from './psql-output.ts';
import type { PostgresServer } from './server.ts';
import { session } from './sql.ts';

interface PsqlStreams {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly signal: AbortSignal;
  /** For \\!; without one there is no shell in the container. */
  readonly shell?: ContainerShell;
}

/** psql's exit codes: 1 fatal error of its own or a failed -c, 2 no connection, 3 a script that stopped at an error. */
const FAILED = 1;
const NO_CONNECTION = 2;
const SCRIPT_STOPPED = 3;

/** Runs psql's work against the server of the pod; `translate` is applied to what it prints. */
export const psql = async (
  server: PostgresServer | undefined,
  argv: readonly string[],
  { stdin, stdout, stderr, signal, shell }: PsqlStreams,
  translate: (text: string) => string,
): Promise<number> => {
  let call: PsqlCall;
  try {
    call = psqlArguments(argv);
  } catch (error) {
    stderr.write(`psql: ${messageOf(error)}\npsql: hint: Try "psql --help" for more information.\n`);
    return FAILED;
  }
  const say = (lines: string): void => {
    if (lines !== '') stdout.write(translate(lines));
  };
  const complain = (lines: string): void => void stderr.write(`${translate(lines)}\n`);
  if (server === undefined) {
    complain(`psql: error: ${SOCKET_ERROR} No such file or directory\n\tIs the server running locally and accepting connections on that socket?`);
    return NO_CONNECTION;
  }
  const scripted = call.commands.length === 0;
  const commands = scripted ? [stdin === undefined ? '' : await text(stdin)] : call.commands;
  try {
    return await session(server, call.database, call.user, async (client) => {
      const cancel = (): void => void client.end().catch(() => undefined);
      signal.addEventListener('abort', cancel, { once: true });
      client.on('notice', (notice) => complain(`${notice.severity ?? 'NOTICE'}:  ${notice.message ?? ''}`));
      let exitCode = 0;
      try {
        for (const command of commands) {
          if (command.trim() === '') continue;
          exitCode = 0;
          const [, forShell] = /^\s*\\!\s*(.*)$/s.exec(command) ?? [];
          if (forShell !== undefined) {
            // psql fails by it only where there is no shell.
            if (shell === undefined) complain('\\!: failed');
            else await shell(forShell, { stdout, stderr });
            continue;
          }
          try {
            const results = await client.query({ text: command, rowMode: 'array' });
            for (const result of [results].flat()) say(psqlOutput(result, call));
          } catch (error) {
            complain(sqlError(error, command));
            if (!(error instanceof DatabaseError)) return NO_CONNECTION;
            if (call.stopOnError) return scripted ? SCRIPT_STOPPED : FAILED;
            // Without ON_ERROR_STOP psql goes on with the next -c, and ends with what the last one came to.
            if (!scripted) exitCode = FAILED;
          }
        }
      } finally {
        signal.removeEventListener('abort', cancel);
      }
      return exitCode;
    });
  } catch (error) {
    const severity = error instanceof DatabaseError ? `${error.severity ?? 'FATAL'}:  ` : '';
    complain(`psql: error: ${SOCKET_ERROR} ${severity}${messageOf(error)}`);
    return NO_CONNECTION;
  }
};

const SOCKET_ERROR = 'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed:';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** 'ERROR:  relation "x" does not exist' with the line and the place, as psql points at them. */
const sqlError = (error: unknown, command: string): string => {
  if (!(error instanceof DatabaseError)) return `psql: error: ${messageOf(error)}`;
  const lines = [`${error.severity ?? 'ERROR'}:  ${error.message}`];
  if (error.position !== undefined) {
    const before = command.slice(0, Number(error.position) - 1);
    const number = before.split('\n').length;
    const start = before.lastIndexOf('\n') + 1;
    const label = `LINE ${number}: `;
    lines.push(label + (command.slice(start).split('\n')[0] ?? ''), ' '.repeat(label.length + before.length - start) + '^');
  }
  if (error.detail !== undefined) lines.push(`DETAIL:  ${error.detail}`);
  if (error.hint !== undefined) lines.push(`HINT:  ${error.hint}`);
  return lines.join('\n');
};
