import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly dev?: boolean;
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const locked = Object.entries(packages).filter(([path]) => path !== '');
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies };

test('every version is exact, and the one that is locked', () => {
  expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const other = Object.entries(wanted).filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version);
  expect(other).toEqual([]);
});

test('every package is locked by a hash of its content, and comes from a registry', () => {
  const own = locked.filter(([, { inBundle }]) => inBundle !== true);
  expect(own.length).toBeGreaterThan(100);
  expect(own.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  expect(own.filter(([, { resolved = 'https://' }]) => !resolved.startsWith('https://')).map(([path]) => path)).toEqual([]);
});

test('the image runs no script of a package while it is built, and nothing that it needs has one', () => {
  expect(read('Dockerfile')).toMatch(/RUN npm ci --omit=dev --omit=optional --ignore-scripts /);
  const scripted = locked.filter(([, { hasInstallScript, optional, dev }]) => hasInstallScript === true && optional !== true && dev !== true);
  expect(scripted.map(([path]) => path)).toEqual([]);
});

test('SECURITY.md says how the lock file is checked', () => {
  const section =
    read('SECURITY.md')
      .split('\n## ')
      .find((text) => text.startsWith('Packages of others\n')) ?? '';
  expect(section).toContain('`npm audit --omit=dev --omit=optional --package-lock-only`');
  expect(section).toContain('`npm audit signatures`');
});
