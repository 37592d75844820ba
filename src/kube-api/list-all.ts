import { ApiError, isTooLarge, sizeText, tooLarge, unusable } from './api-error.ts';
import type { ApiRequest, ApiServer } from './api-server.ts';
import { LIMITS } from './limits.ts';
import { isRecord, isShort, objectIn, versionIn, type Asked } from './objects-in.ts';
import type { KubeObject } from './objects.ts';
import { breather } from './pace.ts';

/** A collection, all pages of it. */
interface WholeList {
  readonly items: KubeObject[];
  /** Of the first page: a watch from here misses nothing. */
  readonly resourceVersion: string;
}

/**
 * Lists in pages, again from the start when the API server has forgotten the continuation (410). Throws ApiError for a list beyond LIMITS, and for
 * one that holds what was not asked for.
 */
export const listAll = async (api: ApiServer, path: string, request: ApiRequest, asked?: Asked): Promise<WholeList> => {
  for (let start = 1; ; start += 1) {
    try {
      return await listOnce(api, path, request, asked);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status.code !== 410 || start >= LIMITS.listStarts) throw error;
    }
  }
};

const listOnce = async (api: ApiServer, path: string, request: ApiRequest, wanted: Asked | undefined): Promise<WholeList> => {
  const items: KubeObject[] = [];
  const breathe = breather();
  let limit: number = LIMITS.pageItems;
  let bytes = 0;
  let first: string | undefined;
  let token: string | undefined;
  for (let asked = 1; asked <= LIMITS.pages; asked += 1) {
    const page = await pageOf(api, path, request, limit, token);
    if (page === 'too large') {
      limit = Math.max(1, Math.floor(limit / 10));
      continue;
    }
    bytes += page.cost;
    if (bytes > LIMITS.listBytes) throw tooLarge(`the list is larger than ${sizeText(LIMITS.listBytes)}`);
    if (items.length + page.items.length > LIMITS.listItems) throw tooLarge(`the list has more than ${LIMITS.listItems} objects`);
    for (const item of page.items) items.push(objectIn(item, wanted));
    first ??= page.resourceVersion;
    token = page.next;
    if (token === undefined) return { items, resourceVersion: first };
    await breathe();
  }
  throw tooLarge(`the list has more than ${LIMITS.pages} pages`);
};

interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  readonly next: string | undefined;
  readonly cost: number;
}

const pageOf = async (api: ApiServer, path: string, request: ApiRequest, limit: number, token: string | undefined): Promise<Page | 'too large'> => {
  const query = { ...request.query, limit: String(limit), continue: token };
  const { value, cost } = await api.weighed('GET', path, { ...request, query }).catch((error: unknown) => {
    if (isTooLarge(error) && limit > 1) return { value: 'too large' as const, cost: 0 };
    throw error;
  });
  if (value === 'too large') return value;
  const { items, metadata } = isRecord(value) ? value : {};
  if (!Array.isArray(items ?? [])) throw unusable('the answer is no list');
  const next = isRecord(metadata) ? (metadata['continue'] ?? '') : '';
  if (!isShort(next, LIMITS.continueLength)) throw unusable('the continuation of the list is not valid');
  return { items: (items ?? []) as unknown[], resourceVersion: versionIn(value), next: next === '' ? undefined : next, cost };
};
