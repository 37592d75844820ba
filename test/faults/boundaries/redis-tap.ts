import { createHash } from 'node:crypto';
import type { Tap, TappedPart } from '../../support/freezable-proxy.ts';
import { withoutChance, type Sentry } from './boundary.ts';

/** Commands that change something; of scripts those whose text does, or whose text was not sent (BullMQ's). */
const WRITES = /^(SET|DEL|INCR|DECR|HSET|HINCRBY|HDEL|ZADD|ZREM|SADD|SREM|XADD|XTRIM|RPUSH|LPUSH|LREM|RPOPLPUSH|EXPIRE|PEXPIRE|PUBLISH|EVALSHA)/;
const WRITES_IN_SCRIPT = /redis\.call\(\s*['"](SET|DEL|INCR|PEXPIRE|EXPIRE|HSET|ZADD|ZREM|SADD|SREM|XADD|RPUSH|LPUSH|PUBLISH)/;

/** Cuts what a client sends into its commands (RESP arrays of bulk strings), and asks the sentry about those that write. */
export const redisTap = (process: string, prefix: () => string, sentry: Sentry): Tap => ({
  open() {
    let rest: Buffer = Buffer.alloc(0);
    return {
      parts(bytes) {
        rest = Buffer.concat([rest, bytes]);
        const parts: TappedPart[] = [];
        for (;;) {
          const command = firstCommand(rest);
          if (command === undefined) return parts;
          parts.push(partOf(rest.subarray(0, command.bytes), command.words, process, prefix(), sentry));
          rest = rest.subarray(command.bytes);
        }
      },
    };
  },
});

const partOf = (bytes: Buffer, words: readonly string[], process: string, prefix: string, sentry: Sentry): TappedPart => {
  const name = nameOf(words, prefix);
  if (name === undefined) return { bytes };
  const crossing = { kind: 'redis', name, process } as const;
  return { bytes, before: () => sentry(crossing, 'before'), after: () => sentry(crossing, 'after') };
};

/** 'EVAL 1f2e lease:RUN'; undefined for what changes nothing. */
const nameOf = ([command = '', second = '', third = '', fourth = '']: readonly string[], prefix: string): string | undefined => {
  const verb = command.toUpperCase();
  const key = (text: string): string => withoutChance(text.replace(prefix, ''));
  if (verb === 'EVAL') {
    if (!WRITES_IN_SCRIPT.test(second)) return undefined;
    return `EVAL ${createHash('sha1').update(second).digest('hex').slice(0, 4)} ${Number(third) > 0 ? key(fourth) : ''}`;
  }
  if (verb === 'EVALSHA') return `EVALSHA ${second.slice(0, 4)} ${Number(third) > 0 ? key(fourth) : ''}`;
  return WRITES.test(verb) ? `${verb} ${key(second)}` : undefined;
};

/** The first whole command of what was sent so far. */
const firstCommand = (bytes: Buffer): { readonly words: readonly string[]; readonly bytes: number } | undefined => {
  const count = lengthAt(bytes, 0, '*');
  if (count === undefined) return undefined;
  const words: string[] = [];
  let at = count.next;
  for (let index = 0; index < count.value; index += 1) {
    const length = lengthAt(bytes, at, '$');
    if (length === undefined || bytes.length < length.next + length.value + 2) return undefined;
    words.push(bytes.toString('utf8', length.next, length.next + length.value));
    at = length.next + length.value + 2;
  }
  return { words, bytes: at };
};

const lengthAt = (bytes: Buffer, at: number, type: '*' | '$'): { readonly value: number; readonly next: number } | undefined => {
  const end = bytes.indexOf('\r\n', at);
  if (end < 0) return undefined;
  if (bytes.toString('latin1', at, at + 1) !== type) throw new Error(`no ${type} where a command of Redis has one`);
  return { value: Number(bytes.toString('latin1', at + 1, end)), next: end + 2 };
};
