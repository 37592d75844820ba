import { FLAGS, flagsOf, OTHERS, VERBS, type Verb } from './options.ts';

interface Offered {
  readonly name: string;
  readonly tells: string;
  /** Without dashes. */
  readonly flags: readonly string[];
}

/** Options of what is no verb: scripts/print-rbac.ts and its like. */
const FLAGS_OF_OTHERS: Readonly<Partial<Record<keyof typeof OTHERS, readonly string[]>>> = {
  doctor: ['output', 'fleet'],
  manifest: ['url'],
  rbac: ['cluster', 'fleet', 'config', 'subject', 'without-installers', 'table'],
  'export-audit': ['since', 'until', 'head', 'check', 'start'],
};

const commands: readonly Offered[] = [
  ...(Object.keys(VERBS) as Verb[]).map((name) => ({ name, tells: VERBS[name].tells, flags: flagsOf(name) })),
  ...(Object.keys(OTHERS) as (keyof typeof OTHERS)[]).map((name) => ({ name, tells: OTHERS[name], flags: FLAGS_OF_OTHERS[name] ?? [] })),
];
const names = commands.map(({ name }) => name).join(' ');
const flags = [...new Set(commands.flatMap((command) => command.flags))];

/** Options behind which a file is named, and those behind which nothing stands; behind all others is a word that nobody can guess. */
const FILES: readonly string[] = ['file', 'config', 'check'];
const ALONE: readonly string[] = [
  ...Object.entries(FLAGS).flatMap(([name, { type }]) => (type === 'boolean' ? [name] : [])),
  'without-installers',
  'table',
];
const FORMATS = 'table json yaml';
const SHELLS = 'bash zsh fish';

const dashed = (all: readonly string[]): string => all.map((flag) => `--${flag}`).join(' ');
const alternatives = (all: readonly string[]): string => all.map((flag) => `--${flag}`).join(' | ');
const words = flags.filter((flag) => flag !== 'output' && !FILES.includes(flag) && !ALONE.includes(flag));

const bash = `_pgdist() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names}" -- "$word")); return; fi
  case $before in
    -o | --output) COMPREPLY=($(compgen -W "${FORMATS}" -- "$word")); return ;;
    completion) COMPREPLY=($(compgen -W "${SHELLS}" -- "$word")); return ;;
    ${alternatives(FILES)}) COMPREPLY=($(compgen -f -- "$word")); return ;;
    ${alternatives(words)}) return ;;
  esac
  case \${COMP_WORDS[1]} in
${commands.flatMap(({ name, flags: own }) => (own.length === 0 ? [] : [`    ${name}) COMPREPLY=($(compgen -W "${dashed(own)}" -- "$word")) ;;`])).join('\n')}
  esac
}
complete -o filenames -F _pgdist pgdist
`;

/** In single quotes, for what zsh takes as the description of a word. */
const forZsh = (text: string): string => text.replaceAll(/['[\]]/g, '’').replaceAll(':', String.raw`\:`);
const zshFlag = (flag: string): string => {
  if (flag === 'output') return `'(-o --output)'{-o,--output}'[format]:format:(${FORMATS})'`;
  if (ALONE.includes(flag)) return `'--${flag}'`;
  return `'--${flag}:${flag}:${FILES.includes(flag) ? '_files' : ''}'`;
};

const zsh = `#compdef pgdist
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
_pgdist() {
  local -a commands
  if (( CURRENT == 2 )); then
    commands=(
${commands.map(({ name, tells }) => `      '${name}:${forZsh(tells)}'`).join('\n')}
    )
    _describe command commands
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
    completion) _arguments '1:shell:(${SHELLS})' ;;
${commands.flatMap(({ name, flags: own }) => (own.length === 0 ? [] : [`    ${name}) _arguments ${own.map(zshFlag).join(' ')} '*: :' ;;`])).join('\n')}
  esac
}
compdef _pgdist pgdist
# From a folder of fpath the file itself is called the first time.
if [[ $funcstack[1] == _pgdist ]]; then _pgdist "$@"; fi
`;

const fishFlag = (flag: string): string => {
  const having = commands.flatMap((command) => (command.flags.includes(flag) ? [command.name] : [])).join(' ');
  const short = flag === 'output' ? ' -s o' : '';
  const takes = flag === 'output' ? ` -x -a '${FORMATS}'` : ALONE.includes(flag) ? '' : FILES.includes(flag) ? ' -r -F' : ' -x';
  return `complete -c pgdist -n '__fish_seen_subcommand_from ${having}'${short} -l ${flag}${takes}`;
};

const fish = [
  'complete -c pgdist -f',
  ...commands.map(({ name, tells }) => `complete -c pgdist -n __fish_use_subcommand -a ${name} -d '${tells.replaceAll("'", '’')}'`),
  ...flags.map(fishFlag),
  `complete -c pgdist -n '__fish_seen_subcommand_from completion' -a '${SHELLS}'`,
  '',
].join('\n');

const SCRIPTS: Readonly<Record<string, string>> = { bash, zsh, fish };

/** Script for that shell to source; undefined: pgdist has none. */
export const completionFor = (shell: string): string | undefined => (Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined);
