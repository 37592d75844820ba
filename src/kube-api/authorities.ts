import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { Environment } from './proxy.ts';

/** Where distributions keep what the machine trusts; Go reads the same. */
const FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/** Authorities for a server without one in its kubeconfig, PEM: what this machine trusts (SSL_CERT_FILE, SSL_CERT_DIR), else what comes with Node. */
export const systemAuthorities = ({ SSL_CERT_FILE: file, SSL_CERT_DIR: folders }: Environment): readonly string[] => {
  const chosen = (file !== undefined && file !== '') || (folders !== undefined && folders !== '');
  const fromFile = firstBundle(file === undefined || file === '' ? FILES : [file]);
  // A folder beside the usual file holds the same once more.
  const fromFolders =
    folders !== undefined && folders !== '' ? folders.split(delimiter).flatMap(bundlesIn) : fromFile.length > 0 ? [] : FOLDERS.flatMap(bundlesIn);
  const found = [...fromFile, ...fromFolders];
  return found.length > 0 || chosen ? found : getCACertificates('bundled');
};

const firstBundle = (paths: readonly string[]): string[] => {
  for (const path of paths) {
    const text = textOf(path);
    if (text !== undefined) return [text];
  }
  return [];
};

const bundlesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .map((name) => textOf(join(folder, name)))
      .filter((text) => text !== undefined);
  } catch {
    return [];
  }
};

const textOf = (path: string): string | undefined => {
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : undefined;
  } catch {
    return undefined;
  }
};

/** True when the text holds a certificate, which is all that Go asks of an authority. */
export const holdsCertificate = (pem: string): boolean =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).some((block) => {
    try {
      return new X509Certificate(block).raw.length > 0;
    } catch {
      return false;
    }
  });
