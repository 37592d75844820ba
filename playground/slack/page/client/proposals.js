/**
 * What may follow what was typed: commands after a slash, then the words of the command's usage hint when it is a list of alternatives.
 * @returns {{ text: string, title: string, hint?: string, description?: string }[]} empty when nothing is left to propose
 */
export const proposals = (typed, commands) => {
  const [, name, space, rest] = /^(\/\S*)(\s*)([\s\S]*)$/u.exec(typed) ?? [];
  if (name === undefined) return [];
  if (space === '') {
    return commands
      .filter(({ command }) => command.startsWith(name))
      .map(({ command, usageHint, description }) => ({ text: `${command} `, title: command, hint: usageHint, description }));
  }
  const words = wordsOf(commands.find(({ command }) => command === name)?.usageHint);
  return words.filter((word) => word.startsWith(rest) && word !== rest).map((word) => ({ text: `${name} ${word} `, title: `${name} ${word}` }));
};

const wordsOf = (hint) => (hint && /^[\w-]+(\s*\|\s*[\w-]+)+$/u.test(hint) ? hint.split('|').map((word) => word.trim()) : []);
