import { defineConfig } from '@playwright/test'
import { CHROMIUM_FLAGS, chromiumPath } from './e2e/chromium'

export default defineConfig({
  testDir: 'e2e',
  // Pictures are taken on purpose, not with every run.
  testIgnore: process.env.SCREENSHOTS_DIR ? [] : ['**/screenshots.spec.ts'],
  // They share one stack of two workers; side by side they would only wait for each other.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  // Some look at a dozen pages with axe, each in four looks.
  timeout: 240_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: process.env.WEB_PUBLIC_URL ?? 'http://127.0.0.1:3000',
    viewport: { width: 1280, height: 800 },
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_FLAGS },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
})
