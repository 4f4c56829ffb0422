import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from './stack'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export const NARROW = { colorScheme: 'dark', width: 390 } as const
/** A page is left in the last of them. */
const LOOKS: Look[] = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
  NARROW,
]

interface Look {
  colorScheme: 'light' | 'dark'
  width: number
}

/** What stands for a state; its colour alone says nothing to who can't see it. */
const STATES = '[data-status]:not(svg *), [data-visibility], [data-level], [class*="Badge-root"]'

/**
 * Expects that the page as it stands breaks no rule and runs over no edge in any of the looks, says
 * every state in words, and has the exact moment behind every time that is told as long ago.
 */
export async function checkAllLooks(page: Page): Promise<void> {
  for (const look of LOOKS) await checkLook(page, look)
  const wordless = await page
    .locator(STATES)
    .evaluateAll((all) => all.filter((each) => !/\w/.test(each.textContent ?? '')).length)
  expect(wordless, `${page.url()}: states without words`).toBe(0)
  const vague = await page
    .locator('time')
    .evaluateAll((all) => all.filter((each) => !/\d:\d\d/.test((each as HTMLElement).title)).length)
  expect(vague, `${page.url()}: times without the exact one`).toBe(0)
}

/** The same in one look, for what there is in that alone. */
export async function checkLook(page: Page, { colorScheme, width }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.setViewportSize({ width, height: 844 })
  const look = `${page.url()}, ${colorScheme}, ${width} px`
  // An open menu floats outside the page's regions, and belongs to its button.
  const disabled = (await page.getByRole('menu').count()) > 0 ? ['region'] : []
  const axe = new AxeBuilder({ page }).withTags(TAGS).disableRules(disabled)
  const { violations } = await axe.analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)
  expect(found, look).toEqual([])
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow, `${look}: pixels over the edge`).toBe(0)
}
