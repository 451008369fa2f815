const NOWHERE = 'https://127.0.0.1:1/nowhere';

/** Settings that are complete and lead nowhere: the functions register with them, and cannot run. */
export const BARE_SETTINGS = {
  WATCHED_SUBSCRIPTIONS: 'sub1',
  SWEEP_SCHEDULE: '0 0 2 * * *',
  AzureWebJobsStorage__blobServiceUri: NOWHERE,
  AzureWebJobsStorage__queueServiceUri: NOWHERE,
  AzureWebJobsStorage__tableServiceUri: NOWHERE,
};
