import './reflect-metadata.ts';

/** Certificates, with what the library needs loaded before it. */
export * from '@peculiar/x509';
