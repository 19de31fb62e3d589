import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** A real browser, where the machine has one: CHROME_PATH, else where Debian puts it. */
const browserPath = [
  process.env['CHROME_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));

/** Tests that need a browser; without one they are skipped, and counted so. */
export const describeInBrowser = browserPath === undefined ? describe.skip : describe;

/** Starts the browser without a window. Under root Chromium runs without its own sandbox only. */
export function startBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error('There is no browser: set CHROME_PATH.');
  return chromium.launch({ executablePath: browserPath, chromiumSandbox: false });
}

/** A page of its own context, and everything that its console complained about. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}
