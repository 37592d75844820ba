/** Whether an absolute path is one that a pattern of CoreDNS's import names: `*` and `?` stand for characters of one name. */
export const matchesPattern = (path: string, pattern: string): boolean => partsMatch(path.split('/'), pattern.split('/'));

const partsMatch = (names: readonly string[], patterns: readonly string[]): boolean =>
  names.length === patterns.length && patterns.every((pattern, index) => nameMatches(names[index] as string, pattern));

/** Step by step and not as a RegExp: a pattern of others must not make it work for long. */
const nameMatches = (name: string, pattern: string): boolean => {
  let starAt = -1;
  let retryAt = 0;
  let inName = 0;
  let inPattern = 0;
  while (inName < name.length) {
    if (pattern[inPattern] === '*') {
      starAt = inPattern;
      retryAt = inName;
      inPattern += 1;
    } else if (inPattern < pattern.length && (pattern[inPattern] === '?' || pattern[inPattern] === name[inName])) {
      inName += 1;
      inPattern += 1;
    } else if (starAt >= 0) {
      retryAt += 1;
      inName = retryAt;
      inPattern = starAt + 1;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
};

/** A name that the last part of a pattern finds, with `stem` in the place of the wildcard; undefined for a pattern that names one file. */
export const nameFor = (pattern: string, stem: string): string | undefined => {
  const last = pattern.slice(pattern.lastIndexOf('/') + 1);
  if (!last.includes('*') || last.includes('?') || /[[\]]/.test(last)) return undefined;
  const [before = '', ...after] = last.split('*');
  const name = `${before}${stem}${after.join('')}`;
  // A bare `*` says nothing of an ending: the one that the products use.
  return last === '*' ? `${stem}.server` : name;
};
