import { stringify } from 'yaml';

/** As kubectl and helm read it, which is YAML 1.1: every string is quoted, so that none is taken for a number or a yes. Text stays as it is. */
export const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : stringify(content, { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
