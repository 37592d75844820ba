/**
 * The part of the Reflect metadata API (rbuckton.github.io/reflect-metadata) that the dependency injection inside @peculiar/x509 asks for when it
 * is loaded: metadata by key on an object, looked up along the prototype chain. Does nothing where a full implementation is loaded.
 */
type Metadata = Map<unknown, unknown>;
interface ReflectMetadata {
  getMetadata?(key: unknown, target: object): unknown;
  getOwnMetadata?(key: unknown, target: object): unknown;
  hasOwnMetadata?(key: unknown, target: object): boolean;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
  metadata?(key: unknown, value: unknown): (target: object) => void;
}

const reflect = Reflect as ReflectMetadata;

if (reflect.getMetadata === undefined) {
  const known = new WeakMap<object, Metadata>();
  reflect.defineMetadata = (key, value, target) => {
    const metadata = known.get(target) ?? new Map<unknown, unknown>();
    known.set(target, metadata.set(key, value));
  };
  reflect.getOwnMetadata = (key, target) => known.get(target)?.get(key);
  reflect.hasOwnMetadata = (key, target) => known.get(target)?.has(key) === true;
  reflect.getMetadata = (key, target) => {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (known.get(at)?.has(key) === true) return known.get(at)?.get(key);
    }
    return undefined;
  };
  reflect.metadata = (key, value) => (target) => reflect.defineMetadata?.(key, value, target);
}
