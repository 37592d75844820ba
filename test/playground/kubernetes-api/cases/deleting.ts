import { describe, expect, it } from 'vitest';
import { deployment, MERGE, namespaceIn, refusal, type Answer, type Target } from '../target.ts';
import { eventually } from '../../../support/eventually.ts';

/** Deleting: finalizers, owners, namespaces. */
export const deletingCases = (target: () => Target): void => {
  const api = () => target().api;
  const configMap = (at: string, name: string, metadata: Record<string, unknown> = {}) =>
    api().json<Answer>('POST', at, { body: { metadata: { name, ...metadata } } });

  describe('deleting', () => {
    it('keeps an object until its finalizers are gone and takes no new ones meanwhile', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;
      await configMap(at, 'one', { finalizers: ['example.org/hold'] });
      const deleted = await api().json<Answer>('DELETE', `${at}/one`);
      expect(deleted.metadata['deletionTimestamp']).toBeTypeOf('string');
      const more = { metadata: { finalizers: ['example.org/hold', 'example.org/more'] } };
      expect(await refusal(api().json('PATCH', `${at}/one`, { body: more, type: MERGE }))).toMatchObject({
        code: 422,
        message: expect.stringContaining('no new finalizers can be added if the object is being deleted'),
      });
      await api().json('PATCH', `${at}/one`, { body: { metadata: { finalizers: null } }, type: MERGE });
      expect(await refusal(api().json('GET', `${at}/one`))).toMatchObject({ code: 404 });
    });

    it('collects what a deleted object owned', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;
      const owner = await configMap(at, 'owner');
      await configMap(at, 'owned', { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata['uid'] }] });
      await api().json('DELETE', `${at}/owner`, { body: { propagationPolicy: 'Background' } });
      await eventually(async () => expect(await refusal(api().json('GET', `${at}/owned`))).toMatchObject({ code: 404 }));
    });

    it('deletes in the foreground from the leaves up, and leaves orphans when asked to', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;
      const reference = (owner: Answer) => [
        { apiVersion: 'v1', kind: 'ConfigMap', name: owner.metadata['name'], uid: owner.metadata['uid'], blockOwnerDeletion: true },
      ];
      const owner = await configMap(at, 'owner');
      await configMap(at, 'owned', { ownerReferences: reference(owner), finalizers: ['example.org/hold'] });
      await api().json('DELETE', `${at}/owner`, { body: { propagationPolicy: 'Foreground' } });
      await eventually(async () => expect((await api().json<Answer>('GET', `${at}/owned`)).metadata['deletionTimestamp']).toBeDefined());
      expect((await api().json<Answer>('GET', `${at}/owner`)).metadata['finalizers']).toEqual(['foregroundDeletion']);
      await api().json('PATCH', `${at}/owned`, { body: { metadata: { finalizers: null } }, type: MERGE });
      await eventually(async () => expect(await refusal(api().json('GET', `${at}/owner`))).toMatchObject({ code: 404 }));

      const second = await configMap(at, 'second');
      await configMap(at, 'kept', { ownerReferences: reference(second) });
      await api().json('DELETE', `${at}/second`, { body: { propagationPolicy: 'Orphan' } });
      await eventually(async () => expect(await refusal(api().json('GET', `${at}/second`))).toMatchObject({ code: 404 }));
      expect((await api().json<Answer>('GET', `${at}/kept`)).metadata['ownerReferences']).toBeUndefined();
    });

    it('empties a namespace that is deleted, refuses new objects in it and says what holds it', async () => {
      const namespace = await namespaceIn(target());
      const at = `/api/v1/namespaces/${namespace}/configmaps`;
      await configMap(at, 'held', { finalizers: ['example.org/hold'] });
      await api().json('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, { body: deployment('web') });
      await api().json('DELETE', `/api/v1/namespaces/${namespace}`);
      expect(await refusal(configMap(at, 'late'))).toMatchObject({
        code: 403,
        reason: 'Forbidden',
        message: `configmaps "late" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      });
      await eventually(async () => {
        const { status } = await api().json<Answer>('GET', `/api/v1/namespaces/${namespace}`);
        expect(status.phase).toBe('Terminating');
        const condition = status.conditions.find(({ type }: { type: string }) => type === 'NamespaceFinalizersRemaining');
        expect(condition?.message).toContain('example.org/hold in 1 resource instances');
      });
      await api().json('PATCH', `${at}/held`, { body: { metadata: { finalizers: null } }, type: MERGE });
      await eventually(async () => expect(await refusal(api().json('GET', `/api/v1/namespaces/${namespace}`))).toMatchObject({ code: 404 }));
    });
  });
};
