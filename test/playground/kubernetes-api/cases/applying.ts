import { describe, expect, it } from 'vitest';
import { APPLY, definition, deployment, MERGE, namespaceIn, refusal, uniqueName, type Answer, type Target } from '../target.ts';
import { eventually } from '../../../support/eventually.ts';

/** Server-side apply: ownership, conflicts, removal. */
export const applyingCases = (target: () => Target): void => {
  const api = () => target().api;
  const apply = (at: string, body: unknown, query: Record<string, string> = {}) =>
    api().json<Answer>('PATCH', at, { body, type: APPLY, query: { fieldManager: 'ann', ...query } });
  const ownerOf = (object: Answer, manager: string) =>
    object.metadata['managedFields'].find((entry: { manager: string }) => entry.manager === manager);
  const configMap = (data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data });

  describe('server-side apply', () => {
    it('creates, and writes who owns which field in the syntax of fieldsV1', async () => {
      const at = `/apis/apps/v1/namespaces/${await namespaceIn(target())}/deployments/web`;
      const made = await apply(at, deployment('web'));
      expect(ownerOf(made, 'ann')).toMatchObject({
        operation: 'Apply',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"main"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                  },
                },
              },
            },
          },
        },
      });
      const dry = await apply(at, deployment('web', { replicas: 3 }), { dryRun: 'All' });
      expect(dry.spec.replicas).toBe(3);
      expect((await api().json<Answer>('GET', at)).spec.replicas).toBe(2);
    });

    it('refuses to take a field that another manager holds, names it, and takes it when forced', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps/one`;
      await apply(at, configMap({ a: '1', b: '1' }));
      await api().json('PATCH', at, { body: { data: { b: '2' } }, type: MERGE, query: { fieldManager: 'bob' } });
      expect(await refusal(apply(at, configMap({ a: '1', b: '3' })))).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message: 'Apply failed with 1 conflict: conflict with "bob" using v1: .data.b',
        details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "bob" using v1', field: '.data.b' }] },
      });
      expect(await refusal(apply(at, configMap({ a: '2', b: '3' }), { fieldManager: 'cid' }))).toMatchObject({
        message: 'Apply failed with 2 conflicts: conflicts with "ann":\n- .data.a\nconflicts with "bob" using v1:\n- .data.b',
      });
      const forced = await apply(at, configMap({ a: '1', b: '3' }), { force: 'true' });
      expect(forced.data).toEqual({ a: '1', b: '3' });
      expect(ownerOf(forced, 'bob')).toBeUndefined();
    });

    it('keeps the resourceVersion when the same is applied again', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps/one`;
      const made = await apply(at, configMap({ a: '1' }));
      const again = await apply(at, configMap({ a: '1' }));
      expect(again.metadata['resourceVersion']).toBe(made.metadata['resourceVersion']);
    });

    it('removes what an applier no longer states, unless somebody else states it too', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps/one`;
      await apply(at, configMap({ a: '1', shared: '1' }));
      await apply(at, configMap({ shared: '1' }), { fieldManager: 'bob' });
      const left = await apply(at, configMap({ b: '1' }));
      expect(left.data).toEqual({ b: '1', shared: '1' });
    });

    it('merges lists by the keys of the schema and replaces the others as a whole', async () => {
      const group = `${uniqueName('x')}.example.org`;
      await api().json('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition(group) });
      const at = `/apis/${group}/v1/namespaces/${await namespaceIn(target())}/gadgets/one`;
      const gadget = (spec: Record<string, unknown>) => ({ apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name: 'one' }, spec });
      await served(target(), group);
      await apply(at, gadget({ size: 1, parts: [{ name: 'a', weight: 1 }], gates: [{ feature: 'X' }] }));
      const both = await apply(at, gadget({ parts: [{ name: 'b', weight: 2 }] }), { fieldManager: 'bob' });
      expect(both.spec.parts).toEqual([
        { name: 'a', weight: 1 },
        { name: 'b', weight: 2 },
      ]);
      expect(await refusal(apply(at, gadget({ gates: [{ feature: 'Y' }] }), { fieldManager: 'bob' }))).toMatchObject({
        message: 'Apply failed with 1 conflict: conflict with "ann": .spec.gates',
      });
      expect(await refusal(apply(at, gadget({ parts: [{ name: 'a', weight: 9 }] }), { fieldManager: 'bob' }))).toMatchObject({
        message: 'Apply failed with 1 conflict: conflict with "ann": .spec.parts[name="a"].weight',
      });
      const without = await apply(at, gadget({ size: 1 }));
      expect(without.spec.parts).toEqual([{ name: 'b', weight: 2 }]);
      await api().json('DELETE', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.${group}`);
    });

    it('tells the owner of the status from that of the rest', async () => {
      const at = `/apis/apps/v1/namespaces/${await namespaceIn(target())}/deployments/web`;
      await apply(at, deployment('web'));
      const written = await apply(`${at}/status`, { ...deployment('web'), status: { replicas: 2 } }, { fieldManager: 'cid' });
      expect(ownerOf(written, 'cid')).toMatchObject({ subresource: 'status', fieldsV1: { 'f:status': { 'f:replicas': {} } } });
      expect(await refusal(apply(`${at}/status`, { ...deployment('web'), status: { replicas: 3 } }))).toMatchObject({
        message: 'Apply failed with 1 conflict: conflict with "cid" with subresource "status": .status.replicas',
      });
    });

    it('refuses undeclared fields and wrong types whatever the field validation, with a plain 500, and an apply without a manager', async () => {
      const namespace = await namespaceIn(target());
      const at = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
      expect(await refusal(apply(at, deployment('web', { replica: 1 }), { fieldValidation: 'Ignore' }))).toMatchObject({
        code: 500,
        message: `failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema`,
      });
      expect(await refusal(apply(at, deployment('web', { replicas: 'x' })))).toMatchObject({
        message: expect.stringContaining('.spec.replicas: expected numeric (int or float), got string'),
      });
      expect(await refusal(api().json('PATCH', at, { body: deployment('web'), type: APPLY }))).toMatchObject({
        code: 422,
        message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      });
    });
  });
};

/** A definition is served some time after it is established. */
export const served = async ({ api }: Target, group: string): Promise<void> => {
  await eventually(() => api.json('GET', `/apis/${group}/v1`));
};
