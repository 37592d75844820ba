import { z } from 'zod';

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly additionalProperties?: Shape | boolean;
}

/** Names of the settings that may stand at a path of a file with this schema. */
export const knownKeys = (schema: z.ZodType, path: readonly PropertyKey[]): string[] => {
  let shape: Shape | undefined = z.toJSONSchema(schema, { io: 'input' }) as Shape;
  for (const part of path) shape = typeof part === 'number' ? shape?.items : shape?.properties?.[String(part)];
  return Object.keys(shape?.properties ?? {});
};
