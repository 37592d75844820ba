/**
 * What the dependency injection inside @peculiar/x509 asks of the Reflect metadata API (rbuckton.github.io/reflect-metadata) when it is loaded:
 * nothing is known, as none of its classes takes anything injected. Does nothing where an implementation is loaded.
 */
const reflect = Reflect as { getMetadata?: () => unknown; getOwnMetadata?: () => unknown };
reflect.getMetadata ??= () => undefined;
reflect.getOwnMetadata ??= () => undefined;
