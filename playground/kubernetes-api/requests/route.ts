import type { ServerResponse } from 'node:http';
import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, methodNotAllowed, noSuchResource, notFound } from '../errors.ts';
import { json, objectText, type Answer } from '../http/answer.ts';
import { decodeBody } from '../http/body.ts';
import type { ApiObject, Fields } from '../object.ts';
import { demandCreate } from '../pods/demand-create.ts';
import { upgradeRequired } from '../pods/target.ts';
import { podLog } from '../pods/log.ts';
import { bindPod, evictPod } from '../pods/bind.ts';
import { createObject } from './create.ts';
import { deleteCollection, deleteObject } from './delete.ts';
import { listObjects } from './list.ts';
import { checkFieldValidation } from './options.ts';
import { patchObject } from './patch.ts';
import { answerReview, requestToken } from './reviews.ts';
import { handleScale } from './scale.ts';
import { partialObjectText, tableText, wantsPartial, wantsTable } from './table.ts';
import { replaceObject } from './update.ts';
import { watchObjects, type WatchFaults } from './watch.ts';

/** Serves one request for a resource; undefined when it wrote the answer itself (a watch). */
export const serveResource = async (cluster: Cluster, call: Call, response: ServerResponse, faults: WatchFaults): Promise<Answer | undefined> => {
  checkFieldValidation(call);
  const { method, name, subresource, version } = call;
  if (version.deprecation !== undefined) call.warnings.push(version.deprecation);
  if (subresource !== undefined) return serveSubresource(cluster, call);
  if (name === undefined) {
    if (method === 'GET' && isWatch(call)) {
      watchObjects(cluster, call, response, faults);
      return undefined;
    }
    if (method === 'GET') return listObjects(cluster, call);
    if (method === 'POST') return create(cluster, call);
    if (method === 'DELETE') return deleteCollection(cluster, call);
    throw methodNotAllowed(method);
  }
  if (method === 'GET' && isWatch(call)) {
    watchObjects(cluster, call, response, faults);
    return undefined;
  }
  if (method === 'GET') return read(cluster, call);
  if (method === 'DELETE') return deleteObject(cluster, call);
  return write(cluster, call);
};

const isWatch = ({ query }: Call): boolean => query.get('watch') === 'true' || query.get('watch') === '1';

const serveSubresource = async (cluster: Cluster, call: Call): Promise<Answer> => {
  const { method, subresource = '', type, version } = call;
  if (subresource === 'scale' && version.scale !== undefined) return json(200, await handleScale(cluster, call));
  if (subresource === 'token' && type.kind === 'ServiceAccount' && method === 'POST') return json(201, requestToken(cluster, call, bodyOf(call)));
  if (type.kind === 'Pod' && (subresource === 'exec' || subresource === 'portforward')) {
    demandCreate(cluster, call);
    throw upgradeRequired(cluster, call);
  }
  if (subresource === 'log' && type.kind === 'Pod' && method === 'GET') return podLog(cluster, call);
  if (subresource === 'binding' && type.kind === 'Pod' && method === 'POST') return json(201, await bindPod(cluster, call, bodyOf(call)));
  if (subresource === 'eviction' && type.kind === 'Pod' && method === 'POST') return json(201, evictPod(cluster, call));
  const isWritable =
    (subresource === 'status' && version.status) || (type.connects.includes(subresource) && ['approval', 'finalize'].includes(subresource));
  if (!isWritable) throw noSuchResource();
  return method === 'GET' ? read(cluster, call) : write(cluster, call);
};

const bodyOf = ({ body, contentType }: Call): Fields => {
  const fields = decodeBody(body, contentType);
  if (fields === undefined) throw badRequest('the body of the request is empty');
  return fields;
};

const create = async (cluster: Cluster, call: Call): Promise<Answer> => {
  const fields = bodyOf(call);
  if (call.type.virtual) return json(201, answerReview(cluster, call, fields));
  return answerWith(await createObject(cluster, call, fields), call, 201);
};

const read = (cluster: Cluster, call: Call): Answer => {
  const { type, namespace, name = '' } = call;
  const object = cluster.store.get(type, type.namespaced ? namespace : undefined, name);
  if (object === undefined) throw notFound(type, name);
  return answerWith(object, call, 200);
};

const write = async (cluster: Cluster, call: Call): Promise<Answer> => {
  if (call.method === 'PUT') return answerWith(await replaceObject(cluster, call, bodyOf(call)), call, 200);
  if (call.method !== 'PATCH') throw methodNotAllowed(call.method);
  const { object, created } = await patchObject(cluster, call);
  return answerWith(object, call, created ? 201 : 200);
};

const answerWith = (object: ApiObject, call: Call, code: number): Answer => {
  if (wantsTable(call)) return { code, text: tableText([object], { resourceVersion: object.metadata.resourceVersion }, call) };
  return { code, text: wantsPartial(call) ? partialObjectText(object) : objectText(object, call.apiVersion) };
};
