import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createContext, Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cut } from '../../src/adapters/slack/limits.ts';
import { unreachableWebhook } from '../../src/domain/unreachable-webhook.ts';
import { mrkdwn } from '../../src/adapters/slack/render/mrkdwn.ts';
import { prose } from '../../src/adapters/slack/render/span.ts';
import { wordsOf } from '../../src/command/line.ts';
import { nearestTo } from '../../src/domain/nearest.ts';
import { parse, plainText, told, verbatim, type Text } from '../../src/domain/text.ts';
import { visible } from '../../src/domain/visible.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { wordsOf as wordsOfCorefile } from '../../src/steps/coredns/corefile-words.ts';
import { CorefileError } from '../../src/steps/coredns/corefile.ts';
import { matchesPattern } from '../../src/steps/coredns/file-pattern.ts';
import { lookupIn, nameserversIn } from '../../src/steps/coredns/lookup-output.ts';
import { sliceForwardIn } from '../../src/steps/coredns/slice-block.ts';
import { toldCondition } from '../../src/steps/kube/conditions.ts';
import { adversariesOf, patternsIn, sourceFiles, textOf, type Adversary, type Pattern } from './patterns.ts';

const readAsCorefile = (text: string): unknown => {
  try {
    return sliceForwardIn({ path: '/Corefile', defaultPort: 53, files: new Map([['/Corefile', text]]) }, '10.0.0.1');
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const files = sourceFiles(root, ['src', 'commands']);
const found = files.map((file) => ({ file, ...patternsIn(root, file) }));
const distinct = (patterns: readonly Pattern[]): Pattern[] => [...new Map(patterns.map((one) => [`${one.source}/${one.flags}`, one])).values()];
const literals = distinct(found.flatMap((one) => one.literals));

/** Characters at which a pattern is tried: one that reads everything twice for every character needs more than a tenth of a second for it. */
const LENGTH = 12_000;
/** What reads everything once takes well under a millisecond. */
const SUSPICIOUS_MS = 15;
/** Four times the text: a linear pattern takes four times as long, a quadratic one sixteen times. */
const MOST_GROWTH = 9;
const LONGEST_MS = 1_000;

/** Time that this thread has worked, milliseconds: a loaded machine does not count. */
const cpuMs = (): number => process.threadCpuUsage().user / 1_000;

const context: { source: string; global: string; text: string } = createContext({ source: '', global: '', text: '' }) as never;
const replacing = new Script("text.replace(new RegExp(source, global), '')");

/**
 * Milliseconds for finding every match in a text; Infinity when it takes more than LONGEST_MS: the timeout ends a pattern, too. It goes by the wall, so
 * where other work of the machine used it up it is given again, and longer.
 */
const timed = (pattern: Pattern, text: string, endMs = LONGEST_MS): number => {
  const { source, flags } = pattern;
  Object.assign(context, { source, global: flags.includes('g') || flags.includes('y') ? flags : `${flags}g`, text });
  const start = cpuMs();
  try {
    replacing.runInContext(context, { timeout: endMs });
    return cpuMs() - start;
  } catch (error) {
    if (!String(error).includes('timed out')) throw error;
    return cpuMs() - start < LONGEST_MS / 2 ? timed(pattern, text, endMs * 4) : Infinity;
  }
};

/** The first text on which the pattern takes more than linear time, told as a person can try it. */
const faultOf = (pattern: Pattern): string | undefined => {
  const { source, flags, where } = pattern;
  for (const adversary of adversariesOf(source)) {
    // A short text first: what takes exponential time takes too long for it already.
    const short = timed(pattern, textOf(adversary, 40));
    const told = `${where} /${source}/${flags} on ${JSON.stringify(adversary)}`;
    if (short === Infinity) return told;
    if (timed(pattern, textOf(adversary, LENGTH)) > SUSPICIOUS_MS && growsTooMuch(pattern, adversary)) return told;
  }
  return undefined;
};

const growsTooMuch = (pattern: Pattern, adversary: Adversary): boolean => {
  const best = (length: number): number => Math.min(...[1, 2].map(() => timed(pattern, textOf(adversary, length))));
  const [small, large] = [best(LENGTH), best(4 * LENGTH)];
  return large > 4 * SUSPICIOUS_MS && (small === Infinity || large / small > MOST_GROWTH);
};

test('the check finds what takes quadratic or exponential time, and lets pass what does not', () => {
  const at = (source: string): string | undefined => faultOf({ where: 'here', source, flags: 'g' });
  for (const quadratic of [
    String.raw`\b([a-z][a-z0-9+.-]*:\/\/[^\s:]*):`,
    String.raw`\beyJ[\w-]+\.[\w-]+`,
    String.raw`\s+$`,
    'a.*b',
    '(x+)*y',
    String.raw`"(?:\\.|[^"\\])*"`,
  ])
    expect([quadratic, at(quadratic) !== undefined]).toEqual([quadratic, true]);
  for (const linear of ['^[a-z]+$', String.raw`eyJ[\w-]{8,}`, '[^a]+', String.raw`(?<!\s)\s{1,9}$`, '"[^"]*"?']) expect(at(linear)).toBeUndefined();
});

test('there are patterns to check in every corner of the sources', () => {
  expect(literals.length).toBeGreaterThan(80);
  expect(found.filter(({ literals: of }) => of.length > 0).length).toBeGreaterThan(30);
});

test.each(literals.map((pattern) => [pattern.where, pattern] as const))('%s takes linear time', (_, pattern) => {
  expect(faultOf(pattern)).toBeUndefined();
});

const redactor = createRedactor('a-credential-of-this-process-0');
const clean = redactor.lines();
/** What reads text of others in more than one pattern. */
const READERS: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ['the redactor', redactor.text],
  ['the redactor of lines', (text) => text.split('\n').map(clean)],
  ['the redactor of data', (text) => redactor.value({ text, list: [text], [text]: text })],
  ['wordsOfCorefile', (text) => wordsOfCorefile(text, '/Corefile')],
  ['sliceForwardIn', (text) => [text, `slice.local {\n${text}`, `slice.local {\n errors\n}\n.:53 {\n log ${text}\n}`].map(readAsCorefile)],
  ['matchesPattern', (text) => [matchesPattern(text, '*a*b*c*.server'), matchesPattern('/etc/coredns/custom/x.server', text)]],
  ['lookupIn', (text) => [lookupIn(text), nameserversIn(text)]],
  ['wordsOf', wordsOf],
  ['nearestTo', (text) => nearestTo(text, ['deploy', 'status', '--private'])],
  ['told', (text) => told`x ${text} y`],
  ['parse', (text) => parse(text as unknown as Text)],
  ['plainText', (text) => plainText(verbatim(text))],
  ['visible', visible],
  ['prose', (text) => prose(text)],
  ['cut', (text) => cut(text, 600)],
  ['mrkdwn', (text) => mrkdwn(prose(text))],
  ['toldCondition', (text) => toldCondition({ type: 'Ready', status: 'False', reason: 'Failed', message: text, observedGeneration: 0 })],
  ['unreachableWebhook', unreachableWebhook],
];
const PUMPS = [
  ...[
    'a',
    ' ',
    '\n',
    '"',
    '\\"',
    "'",
    '`',
    '`a',
    '**a',
    '{',
    '}',
    '{user:',
    '{link:https://a|',
    ':',
    '=',
    '-',
    '--',
    '.',
    'a.',
    '/',
    '://',
    'a@',
    'a:b@',
    '1',
    ',',
    ', ',
  ],
  ...[
    '# ',
    'a{',
    'a,\n',
    'a b\n',
    'import a/*.server',
    '  import ',
    'forward . ',
    'eyJ-',
    'eyJ.',
    '-----BEGIN A-----',
    '-----BEGIN ',
    'password=',
    'password="',
    'password: ',
  ],
  ...[
    'token=\\"',
    'Bearer ',
    '--token ',
    'cookie: a=',
    'xox',
    'a-credential',
    'kind: Secret data": {',
    'secret ',
    '2026-11-22T14:02:03',
    '\u2014',
    '\u{1F600}',
    'failed calling webhook "',
  ],
];
test.each(READERS)('%s reads 200 kB of anything at once', (_, read) => {
  const once = (pump: string, length: number): number => {
    const text = pump.repeat(Math.ceil(length / pump.length));
    const start = cpuMs();
    read(text);
    return cpuMs() - start;
  };
  const best = (pump: string, length: number): number => Math.min(once(pump, length), once(pump, length));
  // Quadratic work takes some seconds for so much, what reads it once some hundredths of one.
  const slow = PUMPS.filter((pump) => once(pump, 200_000) > 700 && best(pump, 200_000) / best(pump, 50_000) > MOST_GROWTH);
  expect(slow).toEqual([]);
});

describe('patterns that are built', () => {
  const Original = RegExp;
  const built: Pattern[] = [];
  const builders = found.filter(({ built: places }) => places.length > 0);
  beforeAll(async () => {
    const Recording = new Proxy(Original, {
      construct(target, [source, flags]: [string | RegExp, string?]) {
        const by = builders.find(({ file }) => (new Error('who').stack ?? '').includes(file));
        if (by !== undefined) built.push({ where: by.file, source: source instanceof Original ? source.source : source, flags: flags ?? '' });
        return new target(source, flags);
      },
    });
    globalThis.RegExp = Recording;
    vi.resetModules();
    // Settings are built where the schema takes them, which is not in their own file.
    for (const { file } of [...builders, { file: 'src/config/index.ts' }]) await import(/* @vite-ignore */ pathToFileURL(join(root, file)).href);
  });
  afterAll(() => {
    globalThis.RegExp = Original;
  });

  test('are built where their module loads, so that they can be checked', () => {
    for (const { file, built: places } of builders)
      expect([file, built.filter(({ where }) => where === file).length >= places.length]).toEqual([file, true]);
  });

  test('take linear time', () => {
    globalThis.RegExp = Original;
    expect(built.length).toBeGreaterThan(0);
    expect(
      distinct(built)
        .map(faultOf)
        .filter((fault) => fault !== undefined),
    ).toEqual([]);
  });
});
