import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definition, MERGE, namespaceIn, refusal, STRATEGIC, uniqueName, type Answer, type Target } from '../target.ts';
import { served } from './applying.ts';
import { eventually } from '../../../support/eventually.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Kinds from CustomResourceDefinitions: schema, defaults, pruning, status. */
export const definitionCases = (target: () => Target): void => {
  const api = () => target().api;

  describe('custom resources', () => {
    const group = `${uniqueName('y')}.example.org`;
    let at = '';
    const gadget = (name: string, spec: Record<string, unknown>) => ({ apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name }, spec });
    const create = (name: string, spec: Record<string, unknown>, query: Record<string, string> = {}) =>
      api().json<Answer>('POST', at, { body: gadget(name, spec), query });

    beforeAll(async () => {
      await api().json('POST', DEFINITIONS, { body: definition(group) });
      await served(target(), group);
      at = `/apis/${group}/v1/namespaces/${await namespaceIn(target())}/gadgets`;
    });
    afterAll(async () => {
      await api().json('DELETE', `${DEFINITIONS}/gadgets.${group}`);
    });

    it('are served once the definition is established', async () => {
      const { status } = await api().json<Answer>('GET', `${DEFINITIONS}/gadgets.${group}`);
      expect(status.conditions.find(({ type }: { type: string }) => type === 'Established')).toMatchObject({ status: 'True' });
      expect(status.storedVersions).toEqual(['v1']);
      const { resources } = await api().json<Answer>('GET', `/apis/${group}/v1`);
      expect(resources.map(({ name }: { name: string }) => name)).toEqual(['gadgets', 'gadgets/status']);
    });

    it('get defaults, lose undeclared fields and keep those of free-form parts', async () => {
      const made = await create('one', { size: 1, extra: true, free: { any: { thing: 1 } }, labels: { a: 'b' }, limit: '5%' });
      expect(made.spec).toEqual({ size: 1, mode: 'Safe', free: { any: { thing: 1 } }, labels: { a: 'b' }, limit: '5%' });
      expect(await refusal(create('two', { size: 1, extra: true }, { fieldValidation: 'Strict' }))).toMatchObject({
        code: 400,
        message: 'Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: unknown field "spec.extra"',
      });
    });

    it.for<[string, Record<string, unknown>, string]>([
      ['a missing field', {}, 'spec.size: Required value'],
      ['a value outside an enumeration', { size: 1, mode: 'Slow' }, 'spec.mode: Unsupported value: "Slow": supported values: "Fast", "Safe"'],
      ['a number that is too small', { size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
      ['a number that is too large', { size: 6 }, 'spec.size: Invalid value: 6: spec.size in body should be less than or equal to 5'],
      ['a value of another type', { size: 'x' }, 'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'],
      ['a string that does not match', { size: 1, code: 'A' }, `spec.code: Invalid value: "A": spec.code in body should match '^[a-z]+$'`],
      ['a string that is too long', { size: 1, code: 'abcde' }, 'spec.code: Too long: may not be more than 4 bytes'],
      ['an item without its key', { size: 1, parts: [{ weight: 1 }] }, 'spec.parts[0].name: Required value'],
      ['two items of one key', { size: 1, parts: [{ name: 'a' }, { name: 'a' }] }, 'spec.parts[1]: Duplicate value: {"name":"a"}'],
    ])('are refused for %s', async ([, spec, message]) => {
      expect(await refusal(create('bad', spec))).toMatchObject({
        code: 422,
        reason: 'Invalid',
        message: `Gadget.${group} "bad" is invalid: ${message}`,
      });
    });

    it('name all faults at once, each with its field', async () => {
      const { message, details } = await refusal(create('bad', { size: 9, mode: 'Slow' }));
      expect(message).toMatch(
        /^Gadget\.\S+ "bad" is invalid: \[.*spec\.size: .*spec\.mode: .*\]$|^Gadget\.\S+ "bad" is invalid: \[.*spec\.mode: .*spec\.size: .*\]$/,
      );
      expect(details?.causes?.map(({ field }) => field).sort()).toEqual(['spec.mode', 'spec.size']);
    });

    it('have a status of their own, need a resourceVersion in a PUT, and know no strategic merge patch', async () => {
      const made = await api().json<Answer>('POST', at, { body: { ...gadget('own', { size: 1 }), status: { phase: 'Early' } } });
      expect(made.status).toBeUndefined();
      const put = await api().json<Answer>('PUT', `${at}/own/status`, { body: { ...made, spec: { size: 2 }, status: { phase: 'Ready' } } });
      expect(put).toMatchObject({ spec: { size: 1 }, status: { phase: 'Ready' }, metadata: { generation: 1 } });
      const changed = await api().json<Answer>('PATCH', `${at}/own`, { body: { spec: { size: 2 }, status: { phase: 'Lost' } }, type: MERGE });
      expect(changed).toMatchObject({ spec: { size: 2 }, status: { phase: 'Ready' }, metadata: { generation: 2 } });
      expect(await refusal(api().json('PUT', `${at}/own`, { body: gadget('own', { size: 3 }) }))).toMatchObject({
        code: 422,
        message: expect.stringContaining('metadata.resourceVersion: Invalid value'),
      });
      expect(await refusal(api().json('PATCH', `${at}/own`, { body: { spec: { size: 3 } }, type: STRATEGIC }))).toMatchObject({ code: 415 });
    });

    it('follow their definition when it changes, and go with it', async () => {
      const other = `${uniqueName('z')}.example.org`;
      await api().json('POST', DEFINITIONS, { body: definition(other) });
      await served(target(), other);
      const there = `/apis/${other}/v1/namespaces/${await namespaceIn(target())}/gadgets`;
      const body = (name: string, spec: Record<string, unknown>) => ({ ...gadget(name, spec), apiVersion: `${other}/v1` });
      const path = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/maximum';
      await api().json('PATCH', `${DEFINITIONS}/gadgets.${other}`, {
        body: [{ op: 'replace', path, value: 50 }],
        type: 'application/json-patch+json',
      });
      await eventually(() => api().json('POST', there, { body: body('big', { size: 40 }) }));
      await api().json('DELETE', `${DEFINITIONS}/gadgets.${other}`);
      await eventually(async () => expect(await refusal(api().json('GET', there))).toMatchObject({ code: 404 }));
    });
  });
};
