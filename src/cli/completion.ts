import { FLAGS, OTHERS, VERBS } from './options.ts';

const verbs = Object.keys(VERBS);
const words = [...verbs, ...OTHERS];
const flags = Object.keys(FLAGS).map((flag) => `--${flag}`);
const about = (verb: string): string => (Object.hasOwn(VERBS, verb) ? VERBS[verb as keyof typeof VERBS].tells : '');

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_pgdist() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  case $before in
    -o | --output) COMPREPLY=($(compgen -W "table json yaml" -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")) ;;
    --file) COMPREPLY=($(compgen -f -- "$word")) ;;
    *)
      if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word"))
      else COMPREPLY=($(compgen -W "${flags.join(' ')}" -- "$word")); fi ;;
  esac
}
complete -F _pgdist pgdist
`,
  zsh: `#compdef pgdist
_pgdist() {
  if (( CURRENT == 2 )); then
    local -a commands
    commands=(
${words.map((word) => `      '${word}:${about(word).replaceAll(/[':]/g, ' ')}'`).join('\n')}
    )
    _describe command commands
  else
    _arguments '*:' '(-o --output)'{-o,--output}'[format]:format:(table json yaml)' ${flags
      .filter((flag) => flag !== '--output')
      .map((flag) => `'${flag}'`)
      .join(' ')}
  fi
}
compdef _pgdist pgdist
`,
  fish: [
    'complete -c pgdist -f',
    ...words.map((word) => `complete -c pgdist -n __fish_use_subcommand -a ${word} -d '${about(word).replaceAll("'", ' ')}'`),
    "complete -c pgdist -s o -l output -x -a 'table json yaml'",
    ...flags.filter((flag) => flag !== '--output').map((flag) => `complete -c pgdist -l ${flag.slice(2)}`),
    '',
  ].join('\n'),
};

/** Script for that shell to source; undefined: pgdist has none. */
export const completionFor = (shell: string): string | undefined => (Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined);
