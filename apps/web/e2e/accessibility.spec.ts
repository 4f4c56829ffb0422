import AxeBuilder from '@axe-core/playwright'
import { expect, expectStatus, followJob, type Page, required, signIn, test } from './stack'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Every colour and every width; colours do not depend on the width, so that two looks are all. */
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const

test('no page breaks WCAG 2.2 AA or runs over its edge, light or dark, wide or narrow', async ({
  page,
}) => {
  test.slow()
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await checkAllLooks(page)

  await signIn(page)
  await checkAllLooks(page)
  await page.getByLabel('Video files').setInputFiles(required('E2E_SHORT_CLIP'))
  await expect(page.getByText(/^Uploaded, /)).toBeVisible()
  await checkAllLooks(page)

  await followJob(page)
  await checkAllLooks(page)
  await expectStatus(page, 'completed')
  await expect(page.locator('hls-video')).toBeVisible()
  await checkAllLooks(page)

  await page.goto('/jobs')
  await expect(page.getByRole('list', { name: 'Jobs' })).toBeVisible()
  await checkAllLooks(page)
  await page.goto('/jobs/00000000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'There is no such job' })).toBeVisible()
  await checkAllLooks(page)
})

async function checkAllLooks(page: Page): Promise<void> {
  for (const { colorScheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 844 })
    const look = `${page.url()}, ${colorScheme}, ${width} px`
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)
    expect(found, look).toEqual([])
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, `${look}: pixels over the edge`).toBe(0)
  }
}
