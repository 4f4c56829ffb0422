'use client'

import { Alert, NativeSelect, Stack, Text } from '@mantine/core'
import { Dialog } from './dialog'
import { FormButtons } from './form-buttons'
import { useFormSubmit } from './use-form-submit'

const SPANS = [
  { seconds: 3_600, label: 'hour' },
  { seconds: 86_400, label: 'day' },
  { seconds: 604_800, label: '7 days' },
  { seconds: 2_592_000, label: '30 days' },
]

interface ReplaceFormProps {
  /** "key" or "secret". */
  what: string
  title: string
  /** What happens meanwhile. */
  text: string
  /** Of the field for how long the old one stays. */
  label: string
  /** What the old one does until it ends: "Works", "Signs". */
  does: string
  /** Seconds that the old one may stay at most. */
  longest: number
  replace: (overlapSeconds: number) => Promise<void>
  onClose: () => void
}

/** Puts a new secret in the place of one in use, which stays good for as long as that takes. */
export function ReplaceForm(props: ReplaceFormProps) {
  const { what, title, text, label, does, longest, replace, onClose } = props
  const { busy, problem, onSubmit } = useFormSubmit((form) => replace(Number(form.get('overlap'))))
  const spans = SPANS.filter(({ seconds }) => seconds <= longest)
  return (
    <Dialog onClose={onClose} title={title}>
      <form onSubmit={onSubmit}>
        <Stack>
          {problem && (
            <Alert color="red" role="alert" title={`The ${what} was not replaced`}>
              {problem}
            </Alert>
          )}
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {text}
          </Text>
          <NativeSelect
            name="overlap"
            label={label}
            data={[
              { value: '0', label: 'Ends at once' },
              ...spans.map((span) => ({
                value: `${span.seconds}`,
                label: `${does} for another ${span.label}`,
              })),
            ]}
            defaultValue="86400"
            data-autofocus
          />
          <FormButtons label={`Replace the ${what}`} busy={busy} onCancel={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}
