'use client'

import { useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { useHydrated } from '@/components/ui/use-hydrated'
import { entryClass, HeaderMenu } from './header-menu'

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const

export function ColorSchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  // The list is in the page that the server made, and the server cannot know the reader's choice.
  const known = useHydrated()
  return (
    <HeaderMenu
      label="Colours"
      edge="end"
      icon={
        <>
          {/* Both are in the page and CSS shows one, for the same reason. */}
          <IconSun size={20} className="mantine-light-hidden" aria-hidden="true" />
          <IconMoon size={20} className="mantine-dark-hidden" aria-hidden="true" />
        </>
      }
    >
      {SCHEMES.map(({ value, label, icon: Icon }) => {
        const chosen = known && colorScheme === value
        return (
          <button
            key={value}
            type="button"
            className={entryClass}
            aria-pressed={chosen}
            onClick={() => setColorScheme(value)}
          >
            <Icon size={16} aria-hidden="true" />
            {label}
            {chosen && <IconCheck size={16} aria-hidden="true" />}
          </button>
        )
      })}
    </HeaderMenu>
  )
}
