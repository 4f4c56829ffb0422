'use client'

import {
  Alert,
  Button,
  Group,
  Input,
  List,
  MantineThemeProvider,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import Link from 'next/link'
import { type FormEvent, useEffect, useRef } from 'react'
import { Section } from '@/components/ui/section'
import { errorsBelow, type FieldErrors } from '@/lib/presets/field-errors'
import { type FullPreset, NAME_LENGTH } from '@/lib/presets/preset'
import { OutputFields } from './output-fields'
import { RungsFields } from './rungs-fields'
import { SoundFields } from './sound-fields'
import { VideoFields } from './video-fields'

/** Fields side by side stay in line, whether they have a hint or not. */
const HINTS_BELOW = {
  components: {
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
  },
}

interface PresetFormProps {
  value: FullPreset
  onChange: (value: FullPreset) => void
  errors: FieldErrors
  busy: boolean
  /** A preset keeps its name: jobs are posted with it. */
  nameFixed: boolean
  submitLabel: string
  onSubmit: () => void
}

export function PresetForm(props: PresetFormProps) {
  const { value, onChange, errors, busy, nameFixed, submitLabel, onSubmit } = props
  const form = useFocusOnError(errors)
  const set = (change: Partial<FullPreset>) => onChange({ ...value, ...change })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <MantineThemeProvider theme={HINTS_BELOW}>
      <form method="post" onSubmit={submit} ref={form} noValidate>
        <Stack gap="md">
          <ErrorSummary errors={errors} />
          <Section title="Name and purpose">
            <Stack gap="sm">
              <TextInput
                label="Name"
                description={
                  nameFixed
                    ? 'Jobs name it, so it stays. Duplicate the preset for another name.'
                    : 'Jobs name it: small letters, digits, - and _.'
                }
                value={value.name}
                onChange={({ currentTarget }) => set({ name: currentTarget.value })}
                readOnly={nameFixed}
                maxLength={NAME_LENGTH}
                error={errors.name}
                autoComplete="off"
                spellCheck={false}
                aria-required
              />
              <Textarea
                label="What it is for"
                value={value.description}
                onChange={({ currentTarget }) => set({ description: currentTarget.value })}
                error={errors.description}
                autosize
                minRows={2}
              />
            </Stack>
          </Section>
          <Section title="Picture">
            <VideoFields
              value={value.video}
              onChange={(video) => set({ video })}
              errors={errorsBelow(errors, 'video')}
            />
          </Section>
          <Section title="Qualities">
            <RungsFields
              video={value.video}
              onChange={(rungs) => set({ video: { ...value.video, rungs } })}
              errors={errorsBelow(errors, 'video.rungs')}
            />
          </Section>
          <Section title="Sound">
            <SoundFields
              value={value.audio}
              onChange={(audio) => set({ audio })}
              errors={errorsBelow(errors, 'audio')}
            />
          </Section>
          <Section title="What is made of it">
            <OutputFields value={value} onChange={set} errors={errors} />
          </Section>
          <Group justify="flex-end">
            <Button variant="default" component={Link} href="/presets">
              Cancel
            </Button>
            <Button type="submit" loading={busy}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </MantineThemeProvider>
  )
}

/** Everything that is wrong in one place; the fields say it again where it is. */
function ErrorSummary({ errors }: { errors: FieldErrors }) {
  const entries = Object.entries(errors)
  if (entries.length === 0) return null
  return (
    <Alert color="red" role="alert" title="The preset was not saved">
      <List size="sm">
        {entries.map(([field, message]) => (
          <List.Item key={field}>
            {field !== 'body' && (
              <Text span fw={600} size="sm">
                {field}:{' '}
              </Text>
            )}
            {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

/** A refusal brings whoever types to the first field that is wrong, or else to what is said of it. */
function useFocusOnError(errors: FieldErrors) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length === 0) return
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (wrong) wrong.focus()
    else form.current?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'center' })
  }, [errors])
  return form
}
