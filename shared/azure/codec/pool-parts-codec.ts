import { z } from 'zod';
import type { DiskEncryption, Image, Launch } from '../../core/model/pool.ts';
import type { KeyVaultExtension, KeyVaultExtensionSettings, StartTask } from '../../core/model/pool-parts.ts';
import { withoutQuery } from '../../core/plain-secrets/url-as-told.ts';
import type { MachineBody, StartTaskBody } from './pool-body.ts';

type Machine = z.infer<typeof MachineBody> | null | undefined;

export function decodeStartTask(body: z.infer<typeof StartTaskBody> | null | undefined): StartTask | null {
  if (!body) return null;
  const { userName, autoUser } = body.userIdentity ?? {};
  const user = userName
    ? ({ kind: 'named', name: userName } as const)
    : autoUser
      ? ({ kind: 'auto', elevationLevel: autoUser.elevationLevel ?? null, scope: autoUser.scope ?? null } as const)
      : null;
  return { user, asksForAnyToken: asksForAnyToken(body.commandLine ?? '') };
}

/** Whether one of its requests to the metadata service names no identity, in the URL or beside it. */
function asksForAnyToken(commandLine: string): boolean {
  const requests = commandLine.split(/\/metadata\/+identity\/+oauth2\/+token/i).slice(1);
  return requests.some((rest) => !NAMES_IDENTITY.test(rest));
}

/** `client_id=…`; not the word alone, which may read it from the answer. */
const NAMES_IDENTITY =
  /(?<![a-z_.])(?:client_id|object_id|principal_id|mi_res_id|msi_res_id)\b["']?\s*(?:=(?!=)|:|%3D)/i;

export function decodeDiskEncryption(machine: Machine): DiskEncryption {
  return {
    atHost: machine?.securityProfile?.encryptionAtHost ?? false,
    targets: machine?.diskEncryptionConfiguration?.targets ?? [],
  };
}

export function decodeImage(machine: Machine): Image | null {
  if (!machine) return null;
  const { publisher, offer, sku, id, sharedGalleryImageId, communityGalleryImageId } = machine.imageReference ?? {};
  return {
    nodeAgent: machine.nodeAgentSkuId,
    isOwn: Boolean(id || sharedGalleryImageId || communityGalleryImageId),
    publisher: publisher ?? null,
    offer: offer ?? null,
    sku: sku ?? null,
  };
}

export function decodeLaunch(machine: Machine): Launch {
  const { securityType, uefiSettings } = machine?.securityProfile ?? {};
  return {
    securityType: securityType ?? null,
    secureBoot: uefiSettings?.secureBootEnabled ?? false,
    vTpm: uefiSettings?.vTpmEnabled ?? false,
  };
}

export function decodeKeyVaultExtensions(machine: Machine): KeyVaultExtension[] {
  return (machine?.extensions ?? [])
    .filter(({ publisher, type }) => /^microsoft\.azure\.keyvault$/i.test(publisher) && KEY_VAULT_TYPE.test(type))
    .map(({ name, settings }) => ({ name, settings: decodeSettings(settings) }));
}

const KEY_VAULT_TYPE = /^keyvaultfor(?:linux|windows)$/i;

/** Free-form in the specification: as the extension's own manual has it. */
const KeyVaultSettings = z.looseObject({
  secretsManagementSettings: z.looseObject({
    pollingIntervalInS: z.union([z.string(), z.number()]).nullish(),
    observedCertificates: z.array(z.union([z.string(), z.looseObject({ url: z.string() })])).nullish(),
  }),
  authenticationSettings: z.looseObject({ msiClientId: z.string().nullish() }).nullish(),
});

function decodeSettings(body: unknown): KeyVaultExtensionSettings | null {
  const settings = KeyVaultSettings.safeParse(body);
  if (!settings.success) return null;
  const { secretsManagementSettings, authenticationSettings } = settings.data;
  const { pollingIntervalInS, observedCertificates } = secretsManagementSettings;
  return {
    pollingInterval: pollingIntervalInS?.toString() || null,
    certificates: (observedCertificates ?? []).map((certificate) => {
      const url = withoutQuery(typeof certificate === 'string' ? certificate : certificate.url);
      return { url, isPinned: /\/(?:secrets|certificates)\/[^/]+\/[^/]+/i.test(url) };
    }),
    clientId: authenticationSettings?.msiClientId || null,
  };
}
