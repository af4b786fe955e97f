import type { Page } from 'playwright-core';

/** Told through the console, which is watched anyway. */
const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
});`;

/**
 * What must not happen on a page: errors, dialogs, violations of its security policy, and requests to
 * anywhere else. The list grows while the page is open.
 */
export async function problemsOf(page: Page, origin: string): Promise<readonly string[]> {
  const problems: string[] = [];
  await page.addInitScript(TELL_VIOLATIONS);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) {
      problems.push(`request: ${url}`);
    }
  });
  return problems;
}
