import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definition, namespaceIn, refusal, startDouble, uniqueName, type Answer, type Target } from './target.ts';

describe('subresources of the API double', () => {
  let target: Target;
  let pods: string;
  beforeAll(async () => {
    ({ target } = await startDouble());
    pods = `/api/v1/namespaces/${await namespaceIn(target)}/pods`;
  });
  afterAll(() => target.close());

  const pod = (name: string) =>
    target.api.json('POST', pods, { body: { metadata: { name }, spec: { containers: [{ name: 'main', image: 'example.org/app:1' }] } } });
  const bind = (name: string, node: string) =>
    target.api.json('POST', `${pods}/${name}/binding`, { body: { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { name: node } } });

  it('binding gives a pod its node, once', async () => {
    await pod('bound');
    await bind('bound', 'node-1');
    const { spec, status } = await target.api.json<Answer>('GET', `${pods}/bound`);
    expect(spec.nodeName).toBe('node-1');
    expect(status.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
    expect(await refusal(bind('bound', 'node-2'))).toMatchObject({
      code: 409,
      message: expect.stringContaining('already assigned to node "node-1"'),
    });
  });

  it('eviction deletes a pod', async () => {
    await pod('evicted');
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'evicted' } };
    expect(await target.api.json('POST', `${pods}/evicted/eviction`, { body: eviction })).toMatchObject({ status: 'Success' });
    expect(await refusal(target.api.json('GET', `${pods}/evicted`))).toMatchObject({ code: 404 });
  });

  it('finalize takes the last hold off a namespace', async () => {
    const name = uniqueName('finalize');
    const namespace = await target.api.json<Answer>('POST', '/api/v1/namespaces', { body: { metadata: { name, finalizers: ['example.org/hold'] } } });
    expect(namespace.spec).toEqual({ finalizers: ['kubernetes'] });
    const finalized = await target.api.json<Answer>('PUT', `/api/v1/namespaces/${name}/finalize`, {
      body: { ...namespace, spec: { finalizers: [] } },
    });
    expect(finalized.spec?.finalizers ?? []).toEqual([]);
  });

  it('attach is listed and refused', async () => {
    const { resources } = await target.api.json<Answer>('GET', '/api/v1');
    expect(resources).toContainEqual(expect.objectContaining({ name: 'pods/attach' }));
    await pod('attached');
    expect(await refusal(target.api.json('POST', `${pods}/attached/attach`))).toMatchObject({ code: 404 });
  });

  it('apply takes JSON as well', async () => {
    const at = pods.replace('/pods', '/configmaps/applied');
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { a: '1' } };
    const query = { fieldManager: 'ann' };
    const applied = await target.api.json<Answer>('PATCH', at, { body: config, type: 'application/apply-patch+json', query });
    expect(applied.metadata['managedFields']).toMatchObject([{ manager: 'ann', operation: 'Apply' }]);
  });
});

describe('what the API double leaves out', () => {
  let target: Target;
  let namespace: string;
  beforeAll(async () => {
    ({ target } = await startDouble());
    namespace = `/api/v1/namespaces/${await namespaceIn(target)}`;
  });
  afterAll(() => target.close());

  const define = async (group: string, change: (versions: any[]) => any[]): Promise<string> => {
    const wanted = definition(group);
    await target.api.json('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      body: { ...wanted, spec: { ...wanted.spec, versions: change(wanted.spec.versions) } },
    });
    return `/apis/${group}/v1${namespace.slice('/api/v1'.length)}/gadgets`;
  };

  it('rules in CEL are kept and not applied', async () => {
    const rules = [{ rule: 'self.size > 3', message: 'too small' }];
    const at = await define('cel.example.org', ([version]) => {
      const changed = structuredClone(version);
      changed.schema.openAPIV3Schema.properties.spec['x-kubernetes-validations'] = rules;
      return [changed];
    });
    const { spec } = await target.api.json<Answer>('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.cel.example.org');
    expect(spec.versions[0].schema.openAPIV3Schema.properties.spec['x-kubernetes-validations']).toEqual(rules);
    expect(await target.api.json('POST', at, { body: gadget('cel.example.org', 'v1') })).toMatchObject({ spec: { size: 2 } });
  });

  it('versions of a defined kind share one form', async () => {
    const at = await define('versions.example.org', ([version]) => [version, { ...version, name: 'v2', storage: false }]);
    await target.api.json('POST', at, { body: gadget('versions.example.org', 'v1') });
    expect(await target.api.json('GET', `${at.replace('/v1/', '/v2/')}/one`)).toMatchObject({
      apiVersion: 'versions.example.org/v2',
      spec: { size: 2 },
    });
  });

  it('a quota of pods refuses one more, in a dry run too', async () => {
    await target.api.json('POST', `${namespace}/resourcequotas`, { body: { metadata: { name: 'small' }, spec: { hard: { pods: '0' } } } });
    const body = { metadata: { name: 'more' }, spec: { containers: [{ name: 'main', image: 'example.org/app:1' }] } };
    for (const query of [{}, { dryRun: 'All' }])
      expect(await refusal(target.api.json('POST', `${namespace}/pods`, { body, query }))).toMatchObject({
        code: 403,
        message: 'pods "more" is forbidden: exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0',
      });
    await target.api.json('DELETE', `${namespace}/resourcequotas/small`);
    expect(await target.api.json('POST', `${namespace}/pods`, { body, query: { dryRun: 'All' } })).toMatchObject({ kind: 'Pod' });
  });

  it('quotas of anything but pods and disruption budgets are stored and not applied', async () => {
    await target.api.json('POST', `${namespace}/resourcequotas`, { body: { metadata: { name: 'none' }, spec: { hard: { configmaps: '0' } } } });
    expect(await target.api.json('POST', `${namespace}/configmaps`, { body: { metadata: { name: 'one' } } })).toMatchObject({ kind: 'ConfigMap' });
    await target.api.json('POST', `/apis/policy/v1${namespace.slice('/api/v1'.length)}/poddisruptionbudgets`, {
      body: { metadata: { name: 'all' }, spec: { minAvailable: 1, selector: {} } },
    });
    const container = { name: 'main', image: 'example.org/app:1' };
    await target.api.json('POST', `${namespace}/pods`, { body: { metadata: { name: 'one' }, spec: { containers: [container] } } });
    expect(await target.api.json('POST', `${namespace}/pods/one/eviction`, { body: { metadata: { name: 'one' } } })).toMatchObject({
      status: 'Success',
    });
  });

  it('an APIService is stored and serves nothing', async () => {
    const spec = {
      group: 'behind.example.org',
      version: 'v1',
      service: { namespace: 'default', name: 'api' },
      groupPriorityMinimum: 1,
      versionPriority: 1,
    };
    await target.api.json('POST', '/apis/apiregistration.k8s.io/v1/apiservices', { body: { metadata: { name: 'v1.behind.example.org' }, spec } });
    expect(await refusal(target.api.json('GET', '/apis/behind.example.org/v1'))).toMatchObject({ code: 404 });
  });

  it('OpenAPI v2 and metrics are not served', async () => {
    for (const path of ['/openapi/v2', '/metrics']) expect(await refusal(target.api.json('GET', path))).toMatchObject({ code: 404 });
  });
});

const gadget = (group: string, version: string) => ({
  apiVersion: `${group}/${version}`,
  kind: 'Gadget',
  metadata: { name: 'one' },
  spec: { size: 2 },
});
