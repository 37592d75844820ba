import { at, bold, code, link, type Line, type Span, user } from './span.ts';

/**
 * Makes lines of a sentence for the asker (a command's Reply, a UserError): `code` between backticks, **bold**, and the tokens
 * {user:U123}, {channel:C123}, {time:ISO} and {link:URL|TEXT}. Everything else is shown as it is; nothing inside backticks is looked at.
 */
export const told = (text: string): readonly Line[] => text.split('\n').map((line) => line.split(PIECES).flatMap(span));

const PIECES =
  /(`[^`]+`|\*\*[^*]+\*\*|\{user:[UW][A-Z0-9]+\}|\{channel:[CG][A-Z0-9]+\}|\{time:[0-9T:.Z+-]+\}|\{link:https?:\/\/[^|}\s]{1,2000}\|[^}]{1,300}\})/;

const span = (piece: string): Span[] => {
  if (piece === '') return [];
  if (/^`[^`]+`$/.test(piece)) return [code(piece.slice(1, -1))];
  if (/^\*\*[^*]+\*\*$/.test(piece)) return [bold(piece.slice(2, -2))];
  const token = /^\{(user|channel|time|link):([^|}]+)(?:\|([^}]+))?\}$/.exec(piece);
  const [, kind, value = '', label = value] = token ?? [];
  if (kind === 'user') return [user(value)];
  if (kind === 'channel') return [{ kind: 'channel', id: value }];
  if (kind === 'link') return [link(value, label)];
  if (kind === 'time' && !Number.isNaN(Date.parse(value))) return [at(value)];
  return [piece];
};
