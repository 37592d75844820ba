import { isFields, type Fields } from '../object.ts';
import type { Column } from './column.ts';
import { humanAge } from './human-duration.ts';

/** A column as a CustomResourceDefinition names it. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** A date is sent as the age that it comes to. */
export const printerColumn = ({ name, type, format, priority, jsonPath }: PrinterColumn): Column => ({
  name,
  type: type === 'date' ? 'string' : type,
  ...(format === undefined ? {} : { format }),
  ...(priority === undefined ? {} : { priority }),
  value: (object) => cell(valueAt(object, jsonPath), type),
});

const cell = (value: unknown, type: string): unknown => {
  if (value === undefined || value === null) return null;
  if (type === 'date') return humanAge(value);
  return type !== 'string' || typeof value === 'string' ? value : JSON.stringify(value);
};

/** The part of JSONPath that printer columns use: fields, indices, [*] for the first, and conditions[?(@.type=="Ready")]. */
const valueAt = (object: Fields, path: string): unknown => {
  const steps = path.match(/\["[^"]+"\]|\['[^']+'\]|\[\?\([^)]*\)\]|\[\d+\]|\[\*\]|(?:\\.|[^.[\]])+/g) ?? [];
  return steps.reduce<unknown>((at, step) => {
    const [, field, wanted] = /^\[\?\(@\.(\w+)\s*==\s*["']([^"']*)["']\)\]$/.exec(step) ?? [];
    if (field !== undefined) return Array.isArray(at) ? at.find((item) => isFields(item) && item[field] === wanted) : undefined;
    const index = step === '[*]' ? '0' : /^\[(\d+)\]$/.exec(step)?.[1];
    if (index !== undefined) return Array.isArray(at) ? at[Number(index)] : undefined;
    return isFields(at) ? at[step.replace(/^\[["']|["']\]$/g, '').replaceAll('\\', '')] : undefined;
  }, object);
};
