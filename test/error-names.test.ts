import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** Something that is a text, a function and an object with every field, so that any constructor takes it. */
const anything: unknown = new Proxy(() => undefined, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => 'anything' : key === Symbol.iterator ? [][Symbol.iterator] : anything),
  apply: () => anything,
});

type ErrorClass = new (...given: unknown[]) => Error;
const isErrorClass = (value: unknown): value is ErrorClass => typeof value === 'function' && value.prototype instanceof Error;

/** Every class of errors that a module of src gives to others, with the module's path. */
const found: { readonly file: string; readonly exported: string; readonly made: ErrorClass }[] = [];
for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
  if (!/class \w+ extends \w*Error\b/.test(readFileSync(join(src, file), 'utf8'))) continue;
  const module = (await import(join(src, file))) as Record<string, unknown>;
  for (const [exported, made] of Object.entries(module)) if (isErrorClass(made)) found.push({ file, exported, made });
}

test('the errors of src are found', () => {
  expect(found.map(({ exported }) => exported)).toEqual(
    expect.arrayContaining(['ProblemError', 'KindMissingError', 'ClusterUnreachableError', 'ApplyConflictError', 'ConflictError', 'LeaseLostError']),
  );
});

test.each(found)('$exported of $file calls itself so', ({ exported, made }) => {
  const error = new made(anything, anything, anything, anything);
  expect(error.name).toBe(exported);
  expect(made.name).toBe(exported);
});

test('every class of errors in src has a name of its own, also where only its own file knows it', () => {
  const nameless = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(join(src, file), 'utf8').matchAll(/class (\w+) extends \w*Error\b[^{]*\{\s*(.*)/g)]
        .filter(([, name, first]) => !new RegExp(`^override readonly name(: string)? = '${name}';`).test(first ?? ''))
        .map(([, name]) => `${file}: ${name}`),
    );
  expect(nameless).toEqual([]);
});
