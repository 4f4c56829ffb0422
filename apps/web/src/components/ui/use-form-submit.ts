'use client'

import { type FormEvent, useState } from 'react'
import { fieldErrors } from '@/lib/rest/field-errors'
import { messageOf } from '@/lib/rest/problem'

/** What a form says after a failure: at its fields where they are at fault, else above them. */
interface FormState {
  busy: boolean
  problem: string | null
  errors: Record<string, string>
}

const CLEAN: FormState = { busy: false, problem: null, errors: {} }

interface FormSubmit extends FormState {
  onSubmit: (event: FormEvent<HTMLFormElement>) => Promise<void>
}

/**
 * Sends a form whose fields are named as the API names them. `send` may leave the page, and then
 * returns true, so that the button goes on turning. `faultsOf` finds the fields that a failure is of.
 */
export function useFormSubmit(
  send: (form: FormData) => Promise<unknown>,
  faultsOf: (error: unknown) => Record<string, string> = fieldErrors,
): FormSubmit {
  const [state, setState] = useState(CLEAN)

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    // A form in a dialog is, to React, still within the page's forms.
    event.stopPropagation()
    const form = event.currentTarget
    setState({ ...CLEAN, busy: true })
    try {
      const leaving = await send(new FormData(form))
      setState({ ...CLEAN, busy: leaving === true })
    } catch (error) {
      const errors = faultsOf(error)
      const known = Object.keys(errors).filter((name) => form.elements.namedItem(name))
      setState({ busy: false, errors, problem: known.length > 0 ? null : messageOf(error) })
      focusField(form, known)
    }
  }
  return { ...state, onSubmit }
}

/** To the first field at fault, once it can be reached again. */
function focusField(form: HTMLFormElement, names: string[]): void {
  const fields = [...form.elements].filter(
    (field) => field instanceof HTMLElement && names.includes(field.getAttribute('name') ?? ''),
  )
  const [first] = fields
  if (first instanceof HTMLElement) requestAnimationFrame(() => first.focus())
}
