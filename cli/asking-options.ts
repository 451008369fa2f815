import { Option } from 'commander';
import { oneOf } from './choices.ts';

/** The options of what a person asks of the deployed app. */
export function byOption(): Option {
  return new Option('--by <who>', 'who asks, for those who read it later').makeOptionMandatory();
}

export function storageOption(): Option {
  return new Option('--storage <account>', "the app's storage account: its name, or the URL of its tables");
}

const FORMATS = ['text', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export function formatOption(): Option {
  return oneOf('-f, --format <format>', 'how to report', FORMATS).default('text');
}

/** For the help. */
export const WITHOUT_STORAGE = `Without --storage, the environment says where the storage of the app is:
BATCH_WARDEN_STORAGE, a name or URL as --storage takes it, or else the settings
of the app itself: AzureWebJobsStorage__tableServiceUri, AzureWebJobsStorage__queueServiceUri,
AzureWebJobsStorage__blobServiceUri.`;
