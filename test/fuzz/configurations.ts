import { readFileSync } from 'node:fs';
import { parse as parseYaml, stringify } from 'yaml';
import { botEnvironment, readEnvironment, workerEnvironment } from '../../src/config/environment.ts';
import type { Fault } from '../../src/config/faults.ts';
import { parse } from '../../src/config/file.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import type { Dice } from './dice.ts';
import { jsonOf, mutateText, mutateValue, oddText } from './mutate.ts';
import type { Input, Part } from './part.ts';

const example = readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8');
const kubeconfig = stringify({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'tokyo',
  contexts: [{ name: 'tokyo', context: { cluster: 'tokyo', user: 'admin' } }],
  clusters: [{ name: 'tokyo', cluster: { server: 'https://tokyo.example:6443', 'certificate-authority-data': 'QUJD' } }],
  users: [{ name: 'admin', user: { token: 'a token' } }],
});
/** A value of no form that any setting has; it must never be repeated. */
const SECRET = ' a-Secret_Value ';
const HOSTILE_LINES = [
  'a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c]',
  'a: *nowhere',
  'a: &a [*a]',
  '<<: {a: 1}',
  '__proto__: {a: 1}',
  'a: !!js/function "x"',
  '---',
  '...',
  '%YAML 1.1',
  '\tx: 1',
  '? [a]',
  '\uFEFF',
] as const;

/** A kubeconfig may have more than four million. */
const MOST_CHARACTERS = 5_000_000;

type Kind = 'pgdist.yaml' | 'kubeconfig' | 'environment';

/** pgdist.yaml, kubeconfigs and environments, changed by structure and by character. */
export const configurations = (): Part => ({
  name: 'configuration',
  make: (dice) => {
    const kind = dice.pick<Kind>(['pgdist.yaml', 'pgdist.yaml', 'pgdist.yaml', 'pgdist.yaml', 'kubeconfig', 'environment']);
    const text = kind === 'environment' ? environmentText(dice) : yamlText(dice, kind);
    return { part: 'configuration', text: text.slice(0, MOST_CHARACTERS), with: { kind } };
  },
  give({ text, with: { kind } }: Input) {
    const started = performance.now();
    const read = kind === 'environment' ? readVariables : kind === 'kubeconfig' ? readKubeconfig : readFile;
    let breach: string | undefined;
    try {
      breach = read(text);
    } catch (error) {
      breach = `threw ${String(error)}`;
    }
    return Promise.resolve({ breach, ms: performance.now() - started });
  },
});

const yamlText = (dice: Dice, kind: Kind): string => {
  let text = kind === 'kubeconfig' ? kubeconfig : example;
  if (dice.chance(0.6)) {
    let value: unknown = parseYaml(text);
    for (let changes = 1 + dice.int(3); changes > 0; changes -= 1) value = mutateValue(dice, value);
    const json = jsonOf(value);
    text = dice.chance(0.5) || json === '' || json.length > 20_000 || json.includes('['.repeat(50)) ? json : yamlOf(json);
  }
  if (dice.chance(0.2)) text = text.replace(dice.pick(['17.2', '2Gi', 'U0BOB', 'a token', 'auto', '10.1.0.0/16']), `"${SECRET}"`);
  if (dice.chance(0.15)) text = dice.chance(0.5) ? `${dice.pick(HOSTILE_LINES)}\n${text}` : `${text}\n${dice.pick(HOSTILE_LINES)}`;
  for (let changes = dice.chance(0.5) ? dice.int(4) : 0; changes > 0; changes -= 1) text = mutateText(dice, text);
  return dice.chance(0.01) ? dice.pick(['[', '{a: ', '- ', '? ', '"', '\n', '&a ', '*a ', '!', '\\', '|', '\t']).repeat(2 ** dice.int(18)) : text;
};

/** What a change made no JSON of stays as it is. */
const yamlOf = (json: string): string => {
  try {
    return stringify(JSON.parse(json));
  } catch {
    return json;
  }
};

const environmentText = (dice: Dice): string => {
  let value: unknown = {
    REDIS_URL: 'redis://:pw@127.0.0.1:6379',
    SLACK_BOT_TOKEN: `xoxb-${'1'.repeat(10)}`,
    SLACK_APP_TOKEN: `xapp-${'1'.repeat(10)}`,
    SLACK_API_URL: 'https://slack.com/api/',
    PORT: '3000',
    LOG_LEVEL: 'info',
    KUBECONFIG: '/etc/kubeconfig',
  };
  value = Object.fromEntries(
    Object.entries(value as Record<string, string>).map(([name, text]) => [
      name,
      dice.chance(0.3) ? mutateText(dice, text) : dice.chance(0.1) ? oddText(dice) : text,
    ]),
  );
  return jsonOf(value);
};

const readFile = (text: string): string | undefined => {
  const faults: Fault[] = [];
  // Characters that are no text become bytes that are none.
  const file = parse(Buffer.from(text, text.includes('\u00FF') ? 'latin1' : 'utf8'), faults);
  if (file === undefined && faults.length === 0) return 'was refused without a word';
  return faults.map((fault) => unfit(fault, SECRET_AS_KEY.test(text))).find((found) => found !== undefined);
};

const readVariables = (text: string): string | undefined => {
  let env: NodeJS.ProcessEnv;
  try {
    env = JSON.parse(text) as NodeJS.ProcessEnv;
  } catch {
    return undefined;
  }
  const faults: Fault[] = [];
  readEnvironment(botEnvironment, env, faults);
  readEnvironment(workerEnvironment, env, faults);
  const { REDIS_URL: url = '' } = env;
  return faults
    .map((fault) => (url.length > 12 && fault.message.includes(url) ? 'a value is repeated' : unfit(fault)))
    .find((found) => found !== undefined);
};

const readKubeconfig = (text: string): string | undefined => {
  try {
    loadKubeConfig({ text });
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    if (!/^(the kubeconfig|kubeconfig|context) /.test(message)) return `threw without a sentence: ${message.slice(0, 200)}`;
    return unfit({ path: 'kubeconfig', message }, SECRET_AS_KEY.test(text));
  }
};

/** Keys are named: who reads the sentence has to find them. */
const SECRET_AS_KEY = /a-Secret_Value\s*["']?\s*:/;

const unfit = ({ path, message, at }: Fault, isKey = false): string | undefined => {
  const whole = `${path}: ${message} (${at ?? ''})`;
  if (path === '' || message === '') return 'a fault has no path or no sentence';
  if (whole.includes(SECRET.trim()) && !isKey) return 'a value is repeated';
  if (/undefined|\[object|Invalid input|NaN|Too (big|small)/.test(message)) return `a sentence for nobody: ${message.slice(0, 200)}`;
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/.test(whole)) return 'a control character is repeated';
  return whole.length > 2_000 ? `a fault of ${whole.length} characters` : undefined;
};
