import { describe, expect, it } from 'vitest';
import { deployment, JSON_PATCH, MERGE, namespaceIn, refusal, STRATEGIC, uniqueName, type Answer, type Target } from '../target.ts';

/** Objects of built-in kinds: creating, reading, changing, deleting. */
export const objectCases = (target: () => Target): void => {
  const api = () => target().api;
  const configMaps = async () => `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;

  describe('objects', () => {
    it('gives a created object a uid, a time and a resourceVersion, and completes a generated name', async () => {
      const at = await configMaps();
      const made = await api().json<Answer>('POST', at, { body: { metadata: { generateName: 'notes-' }, data: { a: '1' } } });
      expect(made.metadata).toMatchObject({
        name: expect.stringMatching(/^notes-[a-z0-9]{5}$/),
        uid: expect.any(String),
        resourceVersion: expect.any(String),
      });
      expect(Date.parse(String(made.metadata['creationTimestamp']))).not.toBeNaN();
      expect(await api().json('GET', `${at}/${String(made.metadata['name'])}`)).toEqual(made);
    });

    it('refuses a second object of the name, a missing object and a missing namespace in the words of the server', async () => {
      const at = await configMaps();
      const body = { metadata: { name: 'one' } };
      await api().json('POST', at, { body });
      expect(await refusal(api().json('POST', at, { body }))).toMatchObject({
        code: 409,
        reason: 'AlreadyExists',
        message: 'configmaps "one" already exists',
      });
      expect(await refusal(api().json('GET', `${at}/two`))).toMatchObject({ code: 404, reason: 'NotFound', message: 'configmaps "two" not found' });
      const missing = uniqueName('missing');
      expect(await refusal(api().json('POST', `/api/v1/namespaces/${missing}/configmaps`, { body }))).toMatchObject({
        code: 404,
        message: `namespaces "${missing}" not found`,
      });
      expect(await refusal(api().json('POST', at, { body: { metadata: { name: 'Not_A_Name' } } }))).toMatchObject({
        code: 422,
        message: expect.stringContaining('metadata.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain must consist of'),
      });
    });

    it('refuses a write that was read before another one, by PUT and by merge patch', async () => {
      const at = await configMaps();
      const first = await api().json<Answer>('POST', at, { body: { metadata: { name: 'one' }, data: { a: '1' } } });
      await api().json('PUT', `${at}/one`, { body: { ...first, data: { a: '2' } } });
      const stale =
        'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again';
      expect(await refusal(api().json('PUT', `${at}/one`, { body: { ...first, data: { a: '3' } } }))).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message: stale,
      });
      const patch = { metadata: { resourceVersion: first.metadata['resourceVersion'] }, data: { a: '3' } };
      expect(await refusal(api().json('PATCH', `${at}/one`, { body: patch, type: MERGE }))).toMatchObject({ code: 409, message: stale });
    });

    it('keeps the resourceVersion over a write that changes nothing', async () => {
      const at = await configMaps();
      const made = await api().json<Answer>('POST', at, { body: { metadata: { name: 'one' }, data: { a: '1' } } });
      const same = await api().json<Answer>('PATCH', `${at}/one`, { body: { data: { a: '1' } }, type: MERGE });
      expect(same.metadata['resourceVersion']).toBe(made.metadata['resourceVersion']);
    });

    it('counts generations of what is wanted and leaves the status to its subresource', async () => {
      const at = `/apis/apps/v1/namespaces/${await namespaceIn(target())}/deployments`;
      const made = await api().json<Answer>('POST', at, { body: deployment('web') });
      expect(made.metadata['generation']).toBe(1);
      expect(made.spec).toMatchObject({
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate' },
        template: { spec: { restartPolicy: 'Always' } },
      });
      const labelled = await api().json<Answer>('PATCH', `${at}/web`, {
        body: { metadata: { labels: { a: 'b' } }, status: { replicas: 9 } },
        type: MERGE,
      });
      expect(labelled.metadata['generation']).toBe(1);
      expect(labelled.status.replicas).toBeUndefined();
      const scaled = await api().json<Answer>('PATCH', `${at}/web/scale`, { body: { spec: { replicas: 5 } }, type: MERGE });
      expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 5 }, status: { selector: 'app=web' } });
      const status = await api().json<Answer>('PATCH', `${at}/web/status`, { body: { spec: { replicas: 1 }, status: { replicas: 5 } }, type: MERGE });
      expect(status).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 5 }, status: { replicas: 5 } });
    });

    it('merges lists by their keys in a strategic merge patch and applies JSON patches', async () => {
      const at = `/apis/apps/v1/namespaces/${await namespaceIn(target())}/deployments`;
      await api().json('POST', at, { body: deployment('web') });
      const side = { spec: { template: { spec: { containers: [{ name: 'side', image: 'example.org/side:1' }] } } } };
      const patched = await api().json<Answer>('PATCH', `${at}/web`, { body: side, type: STRATEGIC });
      expect(patched.spec.template.spec.containers.map(({ name }: { name: string }) => name).sort()).toEqual(['main', 'side']);
      const operations = [{ op: 'replace', path: '/spec/replicas', value: 7 }];
      expect((await api().json<Answer>('PATCH', `${at}/web`, { body: operations, type: JSON_PATCH })).spec.replicas).toBe(7);
      const failing = [{ op: 'test', path: '/spec/replicas', value: 8 }];
      expect(await refusal(api().json('PATCH', `${at}/web`, { body: failing, type: JSON_PATCH }))).toMatchObject({ code: 422 });
    });

    it('refuses fields that are not declared when told to be strict, and drops them with nothing else said otherwise', async () => {
      const at = `/apis/apps/v1/namespaces/${await namespaceIn(target())}/deployments`;
      const strict = { query: { fieldValidation: 'Strict' } };
      expect(await refusal(api().json('POST', at, { body: deployment('web', { replica: 2 }), ...strict }))).toMatchObject({
        code: 400,
        reason: 'BadRequest',
        message: 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
      });
      const made = await api().json<Answer>('POST', at, { body: deployment('web', { replica: 2 }) });
      expect(made.spec).not.toHaveProperty('replica');
      expect(await refusal(api().json('POST', at, { body: deployment('two', { replicas: 'many' }) }))).toMatchObject({
        code: 400,
        message: expect.stringContaining('json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'),
      });
      expect(await refusal(api().json('POST', at, { body: deployment('two', { selector: { matchLabels: { app: 'other' } } }) }))).toMatchObject({
        code: 422,
        message: expect.stringContaining('`selector` does not match template `labels`'),
      });
    });

    it('writes nothing in a dry run', async () => {
      const at = await configMaps();
      const made = await api().json<Answer>('POST', at, { body: { metadata: { name: 'one' } }, query: { dryRun: 'All' } });
      expect(made.metadata['uid']).toBeTypeOf('string');
      expect(await refusal(api().json('GET', `${at}/one`))).toMatchObject({ code: 404 });
    });

    it('encodes stringData of a Secret and gives each Service an address', async () => {
      const namespace = await namespaceIn(target());
      const secret = await api().json<Answer>('POST', `/api/v1/namespaces/${namespace}/secrets`, {
        body: { metadata: { name: 'one' }, stringData: { user: 'ann' } },
      });
      expect(secret).toMatchObject({ type: 'Opaque', data: { user: Buffer.from('ann').toString('base64') } });
      expect(secret).not.toHaveProperty('stringData');
      const services = `/api/v1/namespaces/${namespace}/services`;
      const [a, b] = await Promise.all(
        ['a', 'b'].map((name) =>
          api().json<Answer>('POST', services, { body: { metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 80 }] } } }),
        ),
      );
      expect(a?.spec).toMatchObject({
        type: 'ClusterIP',
        clusterIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      });
      expect(a?.spec.clusterIP).not.toBe(b?.spec.clusterIP);
      expect(
        await refusal(
          api().json('PATCH', `${services}/a`, { body: { spec: { clusterIP: '10.96.255.77', clusterIPs: ['10.96.255.77'] } }, type: MERGE }),
        ),
      ).toMatchObject({ code: 422 });
    });

    it('lists in pages and by selectors', async () => {
      const at = await configMaps();
      for (const name of ['a', 'b', 'c'])
        await api().json('POST', at, { body: { metadata: { name, labels: { half: name === 'a' ? 'first' : 'second' } } } });
      const names = (list: Answer): string[] =>
        list.items.map(({ metadata }: Answer) => metadata['name']).filter((name: string) => name !== 'kube-root-ca.crt');
      const first = await api().json<Answer>('GET', at, { query: { limit: '2' } });
      expect(first.items).toHaveLength(2);
      const rest = await api().json<Answer>('GET', at, { query: { limit: '500', continue: first.metadata['continue'] as string } });
      expect([...names(first), ...names(rest)]).toEqual(['a', 'b', 'c']);
      const select = async (query: Record<string, string>) => names(await api().json<Answer>('GET', at, { query }));
      expect(await select({ labelSelector: 'half=second' })).toEqual(['b', 'c']);
      expect(await select({ labelSelector: 'half in (first,other),half!=second' })).toEqual(['a']);
      expect(await select({ labelSelector: '!half' })).toEqual([]);
      expect(await select({ fieldSelector: 'metadata.name=b' })).toEqual(['b']);
    });
  });
};
