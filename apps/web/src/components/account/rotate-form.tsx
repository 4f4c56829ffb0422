'use client'

import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useServices } from '@/components/providers/services'
import { Dialog } from '@/components/ui/dialog'
import { useFormSubmit } from '@/components/ui/use-form-submit'
import { type ApiKey, type NewApiKey, rotateApiKey } from '@/lib/account/api-keys'

const OVERLAPS = [
  { value: '0', label: 'Ends at once' },
  { value: '3600', label: 'Works for another hour' },
  { value: '86400', label: 'Works for another day' },
  { value: '604800', label: 'Works for another 7 days' },
  { value: '2592000', label: 'Works for another 30 days' },
]

interface RotateFormProps {
  apiKey: ApiKey
  onMade: (key: NewApiKey) => void
  onClose: () => void
}

export function RotateForm({ apiKey, onMade, onClose }: RotateFormProps) {
  const { rest } = useServices()
  const { busy, problem, onSubmit } = useFormSubmit(async (form) => {
    onMade(await rotateApiKey(rest, apiKey.id, Number(form.get('overlap'))))
  })
  return (
    <Dialog onClose={onClose} title={`Replace the key ${apiKey.name}`}>
      <form onSubmit={onSubmit}>
        <Stack>
          {problem && (
            <Alert color="red" role="alert" title="The key was not replaced">
              {problem}
            </Alert>
          )}
          <Text size="sm">
            You get a new key with the same name, rights and end. Both work until you have given it
            to all programs.
          </Text>
          <NativeSelect
            name="overlap"
            label={`The old key, ${apiKey.prefix}…`}
            data={OVERLAPS}
            defaultValue="86400"
            data-autofocus
          />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy}>
              Replace the key
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
