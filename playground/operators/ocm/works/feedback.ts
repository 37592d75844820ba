import type { Mutable } from '../../../control/kit.ts';
import { readJsonPath } from './json-path.ts';

export interface FeedbackRule {
  readonly type: 'WellKnownStatus' | 'JSONPaths';
  readonly jsonPaths?: readonly { readonly name: string; readonly path: string; readonly version?: string }[];
}

interface FeedbackValue {
  readonly name: string;
  readonly fieldValue: { readonly type: string; readonly [value: string]: unknown };
}

export interface Feedback {
  readonly values: readonly FeedbackValue[];
  readonly errors: readonly string[];
}

/** The agent's --max-json-raw-length, also the CRD's bound. */
const MAX_RAW_LENGTH = 1024;

/** Values of an object's fields for the hub; objects and lists only when the gate RawFeedbackJsonString is live. */
export const readFeedback = (object: Mutable, rules: readonly FeedbackRule[], rawJson: boolean): Feedback => {
  const values: FeedbackValue[] = [];
  const errors: string[] = [];
  for (const rule of rules) {
    const paths = rule.type === 'JSONPaths' ? (rule.jsonPaths ?? []) : (WELL_KNOWN[object.kind] ?? []);
    if (rule.type === 'WellKnownStatus' && paths.length === 0) errors.push(`the well known status of kind ${object.kind} is not supported`);
    for (const { name, path } of paths) {
      try {
        const found = readJsonPath(object, path.startsWith('.') ? path : `.${path}`)[0];
        if (found !== undefined && found !== null) values.push({ name, fieldValue: fieldValue(name, found, rawJson) });
      } catch (error) {
        errors.push((error as Error).message);
      }
    }
  }
  return { values, errors };
};

const fieldValue = (name: string, value: unknown, rawJson: boolean): FeedbackValue['fieldValue'] => {
  if (typeof value === 'string') return { type: 'String', string: value };
  if (typeof value === 'boolean') return { type: 'Boolean', boolean: value };
  if (Number.isInteger(value)) return { type: 'Integer', integer: value };
  const type = Array.isArray(value) ? '[]interface {}' : typeof value === 'number' ? 'float64' : 'map[string]interface {}';
  if (!rawJson) throw new Error(`the type ${type} of the value for ${name} is not found`);
  const jsonRaw = JSON.stringify(value);
  if (jsonRaw.length > MAX_RAW_LENGTH)
    throw new Error(`the length of returned json raw string for name ${name} is larger than the maximum length ${MAX_RAW_LENGTH}`);
  return { type: 'JsonRaw', jsonRaw };
};

/** Rules behind WellKnownStatus, by kind. */
const WELL_KNOWN: Readonly<Record<string, readonly { readonly name: string; readonly path: string }[]>> = {
  Deployment: [
    { name: 'ReadyReplicas', path: '.status.readyReplicas' },
    { name: 'Replicas', path: '.status.replicas' },
    { name: 'AvailableReplicas', path: '.status.availableReplicas' },
  ],
  DaemonSet: [
    { name: 'NumberReady', path: '.status.numberReady' },
    { name: 'DesiredNumberScheduled', path: '.status.desiredNumberScheduled' },
    { name: 'NumberAvailable', path: '.status.numberAvailable' },
  ],
  Job: [
    { name: 'JobComplete', path: ".status.conditions[?(@.type=='Complete')].status" },
    { name: 'JobSucceeded', path: '.status.succeeded' },
  ],
  Pod: [
    { name: 'PodReady', path: ".status.conditions[?(@.type=='Ready')].status" },
    { name: 'PodPhase', path: '.status.phase' },
  ],
};
