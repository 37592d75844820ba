import { parseArgs } from 'node:util';
import { fuzz, inputText, SLOW_MS } from '../test/fuzz/fuzz.ts';

/** npm run fuzz -- --seed 1 --count 10000: ends with 1 when an invariant broke or an input took longer than a second. */
const FAR_TOO_SLOW_MS = 1_000;

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '10000' } } });
const [seed, count] = [Number(values.seed), Number(values.count)];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1)
  throw new Error('--seed and --count are whole numbers, --count 1 or more');
const redisUrl = process.env['REDIS_URL'];
if (redisUrl === undefined) throw new Error('REDIS_URL is not set; `npm run fuzz` starts a Redis of its own');

const started = performance.now();
const { worst, slow, breaches, byPart, count: given } = await fuzz({ seed, count, redisUrl });
const parts = Object.entries(byPart).map(([part, inputs]) => `${inputs} ${part}`);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `seed ${seed}: ${given} inputs (${parts.join(', ')}) in ${seconds} s, ${breaches.length} broke something, worst ${Math.round(worst.ms)} ms, ${slow} over ${SLOW_MS} ms`,
);
if (worst.ms > SLOW_MS) console.log(`worst: ${inputText(worst.input)}`);
for (const { what, input } of breaches) console.log(`broken: ${what}\n  by ${inputText(input)}`);
process.exit(breaches.length > 0 || worst.ms > FAR_TOO_SLOW_MS ? 1 : 0);
