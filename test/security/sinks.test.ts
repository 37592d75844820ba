import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const sources = ['src', 'commands'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: join(folder, file), text: readFileSync(join(root, folder, file), 'utf8') })),
);
const textOf = (file: string): string => sources.find((source) => source.file === file)?.text ?? '';

/** Each way out of the process, and the files that may take it. */
const WAYS_OUT: readonly (readonly [way: string, pattern: RegExp, files: readonly string[]])[] = [
  ['the log', /\bpino\(/, ['src/adapters/system/log.ts']],
  // A process of its own, which is told numbers of tools alone and repeats them to its worker.
  ['the console', /\bconsole\.|process\.stdout\b/, ['src/adapters/cli/guard-process.ts', 'src/terminal/way-out.ts']],
  ['stderr, before there is a log or in a terminal', /process\.stderr\b/, ['src/config/start.ts', 'src/terminal/way-out.ts']],
  ['a client of Slack', /extends webApi\.WebClient\b|new webApi\.WebClient\b|new SafeClient\b/, ['src/adapters/slack/clients.ts']],
  ['an answer by Bolt', /\b(?:say|respond)\(/, []],
  ['a request by fetch', /\bfetch(?:Json)?\(/, ['src/adapters/slack/whisper.ts', 'src/adapters/slack/bounded-fetch.ts']],
  [
    'Redis, text of runs',
    /\.(?:xadd|hset|set)\(keys\.(?!seen)|redis\.set\(key,/,
    [
      'src/adapters/redis/run-store.ts',
      'src/adapters/redis/lock-store.ts',
      'src/adapters/redis/watch-store.ts',
      'src/adapters/redis/installation.ts',
    ],
  ],
  ['a run as JSON', /JSON\.stringify\((?:next|approved|run|shown|waiting)/, []],
  [
    'a program',
    /\bexeca\(|from 'node:child_process'/,
    ['src/adapters/cli/run-cli.ts', 'src/adapters/cli/tool-guard.ts', 'src/kube-api/credential-plugin.ts'],
  ],
];

test.each(WAYS_OUT)('%s is taken in one place', (_, pattern, files) => {
  const found = sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
  expect(found.filter((file) => !files.includes(file))).toEqual([]);
});

test.each([
  ['src/adapters/system/log.ts', /streamWrite: \(line\) => harmless\(redactor\.text\(line\)\)/],
  ['src/adapters/slack/clients.ts', /override async apiCall\([\s\S]*?this\.redactor\.value\(options\)/],
  ['src/adapters/slack/upload.ts', /Buffer\.from\(client\.redactor\.text\(file\.content\)\)[\s\S]*client\.redactor\.text\(file\.name\)/],
  ['src/adapters/slack/receivers.ts', /event\.ack\(redactor\.value\(answer\)\)/],
  ['src/adapters/slack/whisper.ts', /JSON\.stringify\(\s*client\.redactor\.value\(/],
  ['src/adapters/cli/run-cli.ts', /redactor\.lines\(secrets\)/],
  ['src/adapters/redis/audit-log.ts', /Object\.entries\(redactor\.value\(entry\)\)/],
  ['src/config/start.ts', /createRedactor\(\)/],
])('%s puts the redactor in front', (file, pattern) => {
  expect(textOf(file)).toMatch(pattern);
});

test('every value that the run store writes passes the redactor', () => {
  const text = textOf('src/adapters/redis/run-store.ts');
  expect(text.match(/JSON\.stringify\(/g)).toHaveLength(1);
  const stored = [...text.matchAll(/(?<!const )jsonWithin\((.*)/g)].map(([, rest]) => rest ?? '');
  expect(stored.length).toBeGreaterThan(1);
  expect(stored.filter((rest) => !rest.includes('redactor.value('))).toEqual([]);
  const writes = [...text.matchAll(/redis\.(?:hset|xadd)\([^;]*/g)].map(([call]) => call);
  expect(writes.filter((call) => !call.includes('redactor.value('))).toEqual([]);
});

test.each(['src/bot.ts', 'src/worker.ts'])('%s has one redactor, fed with its credentials, and gives it to every adapter', (file) => {
  const text = textOf(file);
  expect(text.match(/createRedactor\(/g)).toHaveLength(1);
  expect(text).toContain('createRedactor(...secretsOf(config))');
  const spread = (options: string) =>
    options.replaceAll(/\.\.\.(\w+)/g, (_, name: string) => new RegExp(`const ${name} = \\{([^}]*)\\}`).exec(text)?.[1] ?? '');
  const made = [...text.matchAll(/(createLog|openRedis|createThread|createSlackApp|durableClient)\((?:\{(.*)\}|(\w+))\)/g)];
  expect(made.length).toBeGreaterThanOrEqual(3);
  const without = made.filter(([, , options, name]) => !/\bredactor\b/.test(spread(options ?? `...${name}`)));
  expect(without.map(([, name]) => name)).toEqual([]);
});

test('the worker tells its redactor every credential of a cluster and the licence as they are read, and plans without secrets', () => {
  const text = textOf('src/worker.ts');
  for (const wiring of [
    /learn: redactor\.learn/,
    /tools = \{[^}]*redactor/,
    /redact: [^\n]*redactor\.value/,
    /licenceFile\(licence, redactor\.learn\)/,
  ])
    expect(text).toMatch(wiring);
});
