/** The code that a word means, in the form of the catalogue: 'PGD-041' of pgd-041, PGD041 and pgd-41; undefined for any other word. Whether there is such a code is not looked at. */
export const codeIn = (word: string): string | undefined => {
  const digits = /^pgd[-_]?(\d{1,3})$/i.exec(word)?.[1];
  return digits === undefined ? undefined : `PGD-${digits.padStart(3, '0')}`;
};
