import { describe, expect, test } from 'vitest';
import { CorefileError as RefusedByCoreDns, parseCorefile, type ServerBlock } from '../../../playground/node/dns/corefile.ts';
import { CorefileError } from '../../../src/steps/coredns/corefile.ts';
import { sliceForwardIn, type CorefileSource, type SliceForward } from '../../../src/steps/coredns/slice-block.ts';
import { COREFILES, type CorefileForm } from './corefiles.ts';

const PATH = '/etc/coredns/Corefile';
const NEW = '10.43.9.9';
const sourceOf = ({ text, files = {}, environment = {}, defaultPort = 53 }: CorefileForm): CorefileSource => ({
  path: PATH,
  defaultPort,
  files: new Map([[PATH, text], ...Object.entries(files)]),
  environment: new Map(Object.entries(environment)),
});
/** As the stand-in of CoreDNS reads it. */
const servedBy = ({ files, environment, defaultPort }: CorefileSource): readonly ServerBlock[] =>
  parseCorefile(PATH, files, { environment: environment ?? new Map(), defaultPort });
const withChange = (source: CorefileSource, { file, wanted }: SliceForward): CorefileSource => ({
  ...source,
  files: new Map([...source.files, [file, wanted]]),
});
const isSlice = ({ zone, transport }: ServerBlock): boolean => zone === 'slice.local' && transport === 'dns';
const isRoot = ({ zone, transport }: ServerBlock): boolean => zone === '' && transport === 'dns';
const targets = ({ directives }: ServerBlock): (readonly string[])[] =>
  directives.filter(({ plugin }) => plugin === 'forward').map(({ args }) => args.slice(1));
const readable = COREFILES.filter(({ broken, stuck }) => broken === undefined && stuck === undefined);

describe.each(readable)('a Corefile $title', (form) => {
  const source = sourceOf(form);
  const result = sliceForwardIn(source, NEW);
  const changed = withChange(source, result);

  test('tells where slice.local goes', () => {
    expect(result.from).toBe(form.from);
  });

  test('forwards it to KubeSlice afterwards, at each port where pods ask', () => {
    const served = servedBy(changed);
    const ports = new Set([...served.filter(isRoot).map(({ port }) => port)]);
    if (ports.size === 0) ports.add(source.defaultPort);
    for (const port of ports) {
      const serving = served.filter((block) => isSlice(block) && block.port === port);
      expect(serving.length, `port ${port}`).toBeGreaterThan(0);
      for (const block of serving) expect(targets(block)[0], `port ${port}`).toEqual([NEW]);
    }
  });

  test('means for every other name what it meant', () => {
    const others = (blocks: readonly ServerBlock[]) => blocks.filter((block) => !isSlice(block));
    expect(others(servedBy(changed))).toEqual(others(servedBy(source)));
  });

  test('keeps what others wrote, word for word', () => {
    const before = source.files.get(result.file) ?? '';
    const words = before.split(/[\s,]+/).filter((word) => !/slice\.local|10\.43\.0|10\.0\.0\.53/i.test(word) && word !== '{$OLD}');
    let at = 0;
    for (const word of words) {
      const found = result.wanted.indexOf(word, at);
      expect(found, `${word} in ${JSON.stringify(result.wanted)}`).toBeGreaterThanOrEqual(0);
      at = found + word.length;
    }
    expect(result.wanted.split('\r').length).toBe(before.split('\r').length);
    const rest = form.from === undefined ? before.replace('\uFEFF', '') : '';
    expect(result.wanted.slice(result.wanted.length - rest.length)).toBe(rest);
  });

  test('is left alone once it is so', () => {
    expect(sliceForwardIn(changed, NEW)).toMatchObject({ wanted: changed.files.get(result.file) });
  });
});

test.each(COREFILES.filter(({ broken }) => broken === true))('a Corefile $title is refused with its line, as CoreDNS refuses it', (form) => {
  const source = sourceOf(form);
  expect(() => servedBy(source)).toThrow(RefusedByCoreDns);
  expect(() => sliceForwardIn(source, NEW)).toThrow(CorefileError);
  expect(() => sliceForwardIn(source, NEW)).toThrow(/^\/etc\/coredns\/\S+, line \d+: /);
});

test.each(COREFILES.filter(({ stuck }) => stuck === true))('a Corefile $title is not changed: others would be changed with it', (form) => {
  const source = sourceOf(form);
  expect(servedBy(source).filter(isSlice)).toHaveLength(1);
  expect(() => sliceForwardIn(source, NEW)).toThrow(/line \d+: the forward of slice\.local stands where it may serve other zones too/);
});

test('a root that forwards slice.local to KubeSlice by itself is in place', () => {
  const form = { title: '', text: `.:53 {\n    forward slice.local ${NEW}\n    forward . /etc/resolv.conf\n}\n` };
  expect(sliceForwardIn(sourceOf(form), NEW)).toEqual({ file: PATH, from: NEW, wanted: form.text });
});

test.each([NEW, `${NEW}:53`, `dns://${NEW}`, `dns://${NEW}:53`, `"${NEW}"`])('the target %s is KubeSlice’s DNS already', (target) => {
  const text = `slice.local {\n  forward . ${target}\n}\n.:53 {\n  errors\n}\n`;
  expect(sliceForwardIn(sourceOf({ title: '', text }), NEW).wanted).toBe(text);
});

test('there are so many forms', () => {
  expect(COREFILES.length).toBeGreaterThanOrEqual(90);
  expect(new Set(COREFILES.map(({ title }) => title)).size).toBe(COREFILES.length);
});
