import { useEffect, useRef } from 'react'

/**
 * Tells once what somebody has typed or chosen while the page's scripts were not there yet: the
 * field shows it, and React does not say that it differs from `value`.
 */
export function useEarlyInput<Field extends HTMLInputElement | HTMLSelectElement>(
  value: string,
  onChange: (value: string) => void,
) {
  const field = useRef<Field>(null)
  const first = useRef({ value, onChange })
  useEffect(() => {
    const found = field.current?.value
    const { value, onChange } = first.current
    if (found !== undefined && found !== value) onChange(found)
  }, [])
  return field
}
