import { noSuchResource } from '../errors.ts';
import { json, type Answer } from '../http/answer.ts';
import type { Registry } from '../kinds/registry.ts';
import { AGGREGATED_TYPE, aggregatedDiscovery, wantsAggregated } from './aggregated.ts';
import { servedGroups } from './groups.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './plain.ts';

/** Answers to paths that say what is served; undefined for all others. Documents are made once per change of the resources. */
export const createDiscovery = (registry: Registry): ((path: string, accept: string) => Answer | undefined) => {
  const cache = new Map<string, Answer>();
  let generation = 0;
  return (path, accept) => {
    if (!ABOUT_WHAT_IS_SERVED.test(path)) return undefined;
    if (generation !== registry.generation()) {
      cache.clear();
      generation = registry.generation();
    }
    const key = `${path} ${wantsAggregated(accept)}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const answer = answerTo(registry, path, accept);
    if (answer !== undefined) cache.set(key, answer);
    return answer;
  };
};

/** Every other path is of a resource. */
const ABOUT_WHAT_IS_SERVED = /^(\/openapi\/v3)?\/(api(\/[^/]+)?|apis(\/[^/]+){0,2})$|^\/openapi\/v3$/;

const answerTo = (registry: Registry, path: string, accept: string): Answer | undefined => {
  const groups = servedGroups(registry);
  const group = (name: string) => groups.find((one) => one.name === name);
  if (path === '/api' || path === '/apis') {
    const asked = groups.filter(({ name }) => (name === '') === (path === '/api'));
    if (wantsAggregated(accept)) return json(200, aggregatedDiscovery(asked), AGGREGATED_TYPE);
    return json(200, path === '/api' ? apiVersions() : apiGroupList(asked));
  }
  if (path === '/openapi/v3') return json(200, openApiIndex(groups, registry.generation()));
  const [, isDocument, ofGroup, coreVersion, groupName, groupVersion] =
    /^(\/openapi\/v3)?\/(?:(api)\/([^/]+)|apis\/([^/]+)(?:\/([^/]+))?)$/.exec(path) ?? [];
  const name = ofGroup === 'api' ? '' : groupName;
  const version = ofGroup === 'api' ? coreVersion : groupVersion;
  if (name === undefined) return undefined;
  const found = group(name);
  if (found === undefined) throw noSuchResource();
  if (version === undefined) return json(200, apiGroup(found));
  const resources = found.versions.get(version);
  if (resources === undefined) throw noSuchResource();
  return json(200, isDocument === undefined ? apiResourceList(name, version, resources) : openApiDocument(name, version, resources));
};
