import { SLASH } from '../../ports/use-cases.ts';

/** The text with each mention of this app as the commands know it, @pgdist, whatever it is called in this workspace; the codes of all others stay. */
export const namingUs = (text: string, botUserId: string | undefined): string =>
  text.replace(MENTION, (mention, id: string) => (id === botUserId ? ` @${SLASH.slice(1)} ` : mention));

const MENTION = /<@([A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>/g;
