import { spawn } from 'node:child_process';

/**
 * One shell for all that must not outlive this process, however it ends: kill -9 too. Lines on its stdin: 'SIGNAL:PID' and '-SIGNAL:PID'. When nobody
 * can write to it any more, it sends each its signal, and ends.
 */
const SCRIPT = `
trap '' INT TERM HUP
while read -r word; do
  case $word in
    -*) kept=; for one; do [ "$one" = "\${word#-}" ] || kept="$kept $one"; done; set -- $kept ;;
    *) set -- "$@" "$word" ;;
  esac
done
for one; do kill -s "\${one%%:*}" "\${one#*:}" 2>/dev/null; done
`;

let shell;

/**
 * Ends a process with this one. Returns what is called when it has ended by itself: its number may soon be another's.
 * @param {number | undefined} pid undefined of what could not be started
 * @param {'KILL' | 'QUIT' | 'TERM'} signal
 */
export const endWithMe = (pid, signal) => {
  if (pid === undefined) return () => undefined;
  shell ??= start();
  shell.stdin.write(`${signal}:${pid}\n`);
  return () => shell?.stdin.write(`-${signal}:${pid}\n`);
};

/** In a session of its own, so that no signal of a terminal reaches it; it keeps nothing from ending. */
const start = () => {
  const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  child.stdin.unref();
  return child;
};
