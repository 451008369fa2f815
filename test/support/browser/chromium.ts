import type { Browser, Page } from 'playwright-core';

/** A page, and all that it did that no report may do. */
export interface Watched {
  readonly page: Page;
  readonly misdeeds: string[];
}

export async function openFile(browser: Browser, path: string): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  const misdeeds: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:file|data):/.test(request.url())) misdeeds.push(`request: ${request.url()}`);
  });
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') misdeeds.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`file://${path}`);
  return { page, misdeeds };
}
