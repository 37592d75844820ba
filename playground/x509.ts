import './reflect-metadata.ts';

/** Certificates of the playground, with what the library needs loaded before it. */
export * from '@peculiar/x509';
