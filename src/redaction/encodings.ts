/** Shorter secrets would hide ordinary text. Characters. */
const SHORTEST = 6;
/** A secret that is a plain word hides that word wherever it stands, so it has to be a long one. */
const SHORTEST_WORD = 12;

/**
 * How a secret can stand in a text: as it is, line by line, trimmed, in JSON, in URLs, in hex, and in base64 of both alphabets, also as a part of
 * something longer that was encoded (three alignments, without the characters that its neighbours have a part in).
 */
export const encodingsOf = (secret: string): string[] => {
  const whole = secret.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  // The lines that every PEM block has.
  const raw = [secret, whole, ...lines.filter((line) => !line.startsWith('-----'))];
  const forms = raw.flatMap((text) => [text, inJson(text), inJson(inJson(text)), encodeURIComponent(text.toWellFormed()), plusForSpace(text)]);
  const bytes = [secret, whole].flatMap((text) => {
    const buffer = Buffer.from(text);
    const hex = buffer.toString('hex');
    return [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((before) => inBase64(buffer, before))];
  });
  return [...new Set([...forms, ...bytes])].filter(isTelling);
};

const isTelling = (text: string): boolean => text.length >= (/^[a-z]+$/.test(text) ? SHORTEST_WORD : SHORTEST);

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const plusForSpace = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

/** Only what the secret's own bits decide when `before` bytes precede it. */
const inBase64 = (bytes: Buffer, before: number): string[] => {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  const url = own.replaceAll('+', '-').replaceAll('/', '_');
  return [own, url, encodeURIComponent(own)];
};
