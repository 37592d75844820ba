import { describe, expect, it } from 'vitest';
import { namespaceIn, refusal, type Answer, type Target } from '../target.ts';

/** What a path takes: methods, types and sizes of bodies. */
export const methodCases = (target: () => Target): void => {
  const api = () => target().api;
  const configMaps = async () => `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;

  describe('methods', () => {
    it('delete of a collection what a selector selects', async () => {
      const at = await configMaps();
      for (const name of ['a', 'b', 'c'])
        await api().json('POST', at, { body: { metadata: { name, labels: { keep: name === 'b' ? 'yes' : 'no' } } } });
      await api().json('DELETE', at, { query: { labelSelector: 'keep=no' } });
      const { items } = await api().json<Answer>('GET', at, { query: { labelSelector: 'keep' } });
      expect(items.map(({ metadata }: Answer) => metadata['name'])).toEqual(['b']);
    });

    it('are refused where a path does not take them, and paths that nothing serves', async () => {
      const at = await configMaps();
      for (const method of ['PUT', 'PATCH'] as const)
        expect(await refusal(api().json(method, at, { body: {} }))).toMatchObject({ code: 405, reason: 'MethodNotAllowed' });
      expect(await refusal(api().json('POST', `${at}/one`, { body: {} }))).toMatchObject({ code: 405, reason: 'MethodNotAllowed' });
      for (const path of [`${at}/one/nothing`, '/api/v1/nothings', '/apis/nothing.example.org/v1/things'])
        expect(await refusal(api().json('GET', path))).toMatchObject({ code: 404, message: expect.stringContaining('404 page not found') });
    });

    it('are refused with a body of an unknown type, that cannot be read, or above 3 MiB', async () => {
      const at = await configMaps();
      expect(await refusal(api().json('POST', at, { body: { metadata: { name: 'one' } }, type: 'text/plain' }))).toMatchObject({
        code: 415,
        reason: 'UnsupportedMediaType',
      });
      expect(await refusal(api().json('POST', at, { body: 'no object' }))).toMatchObject({ code: 400, reason: 'BadRequest' });
      const body = { metadata: { name: 'one' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } };
      expect(await refusal(api().json('POST', at, { body }))).toMatchObject({
        code: 413,
        reason: 'RequestEntityTooLarge',
        message: 'Request entity too large: limit is 3145728',
      });
    });
  });
};
