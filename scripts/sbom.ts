import type { BundledPackage } from './bundled-packages.ts';

interface App {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/**
 * The packages whose code the app has, as a CycloneDX 1.6 document: https://cyclonedx.org/docs/1.6/json/. Of what
 * depends on what it says nothing: in the app there is one file. It has no date and no number of its own, so that the same
 * code always gives the same document.
 */
export function sbomOf({ name, version, license }: App, packages: readonly BundledPackage[]): string {
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': `${name}@${version}`,
        name,
        version,
        licenses: [licenseOf(license)],
      },
    },
    components: packages.map(componentOf),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function componentOf({ name, version, license, integrity }: BundledPackage) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const hash = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity)?.[1];
  if (hash === undefined) throw new Error(`the lock file has no SHA-512 of ${name} ${version}`);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    scope: 'required',
    hashes: [{ alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }],
    licenses: [licenseOf(license)],
    purl,
  };
}

function licenseOf(license: string) {
  return /^[\w.-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}
