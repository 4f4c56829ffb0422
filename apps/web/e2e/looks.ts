import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from './stack'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Every colour and every width; colours do not depend on the width, so that two looks are all. */
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const

/** Expects that the page as it stands breaks no rule and runs over no edge in any of the looks. */
export async function checkAllLooks(page: Page): Promise<void> {
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
