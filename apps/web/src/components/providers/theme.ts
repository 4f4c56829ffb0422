import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Our own accent: a teal dark enough for white text in its filled shade. */
const mill: MantineColorsTuple = [
  '#e3fafa',
  '#d2f0f1',
  '#a8dfe1',
  '#7acdd0',
  '#55bdc2',
  '#3db4b9',
  '#2a9ba1',
  '#0f7b82',
  '#0b676d',
  '#064f54',
]

export const theme = createTheme({
  primaryColor: 'mill',
  primaryShade: { light: 7, dark: 7 },
  colors: { mill },
  defaultRadius: 'md',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Named without the components themselves, which would come with every page.
  components: {
    Modal: {
      defaultProps: {
        // Its `header` element would count as a second banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
      styles: { title: { fontWeight: 650 } },
    },
    // Without its empty element that takes the focus, which no menu may hold: the first item does.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Its button has no name of its own.
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close this message' } } },
    // Filled badges in middle shades miss the contrast that small text needs.
    Badge: { defaultProps: { variant: 'dot', tt: 'none', fw: 500 } },
  },
})

/** Mantine's dimmed text is below 4.5:1 on its own backgrounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-anchor': 'var(--mantine-color-mill-8)',
    '--vidmill-surface': 'var(--mantine-color-white)',
    '--vidmill-canvas': '#f6f8f9',
    '--vidmill-line': 'var(--mantine-color-gray-3)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--vidmill-placeholder': 'var(--mantine-color-gray-2)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-mill-3)',
    '--vidmill-surface': 'var(--mantine-color-dark-6)',
    '--vidmill-canvas': 'var(--mantine-color-dark-8)',
    '--vidmill-line': 'var(--mantine-color-dark-4)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--vidmill-placeholder': 'var(--mantine-color-dark-4)',
  },
})
