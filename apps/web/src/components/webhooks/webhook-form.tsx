'use client'

import { Alert, Checkbox, Stack, TextInput } from '@mantine/core'
import { useServices } from '@/components/providers/services'
import { Dialog } from '@/components/ui/dialog'
import { FormButtons } from '@/components/ui/form-buttons'
import { useFormSubmit } from '@/components/ui/use-form-submit'
import { changeWebhook, createWebhook } from '@/lib/webhooks/actions'
import {
  EVENT_NAMES,
  type NewWebhook,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
} from '@/lib/webhooks/webhook'

interface WebhookFormProps {
  onMade: (webhook: NewWebhook) => void
  onClose: () => void
}

/** Makes a webhook. */
export function WebhookForm({ onMade, onClose }: WebhookFormProps) {
  const { rest } = useServices()
  const { busy, problem, errors, onSubmit } = useFormSubmit(async (form) =>
    onMade(await createWebhook(rest, wishOf(form))),
  )
  return (
    <Dialog title="Create a webhook" size="lg" onClose={onClose}>
      <form onSubmit={onSubmit}>
        <Stack>
          <Fields
            webhook={{ url: '', description: '', events: EVENT_NAMES }}
            problem={problem}
            errors={errors}
          />
          <FormButtons label="Create the webhook" busy={busy} onCancel={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}

interface EditFormProps {
  webhook: Webhook
  onChanged: (webhook: Webhook) => void
  onClose: () => void
}

/** Changes where a webhook goes and what it hears of. */
export function WebhookEditForm({ webhook, onChanged, onClose }: EditFormProps) {
  const { rest } = useServices()
  const { busy, problem, errors, onSubmit } = useFormSubmit(async (form) =>
    onChanged(await changeWebhook(rest, webhook.id, wishOf(form))),
  )
  return (
    <Dialog title="Change the webhook" size="lg" onClose={onClose}>
      <form onSubmit={onSubmit}>
        <Stack>
          <Fields webhook={webhook} problem={problem} errors={errors} />
          <FormButtons label="Save" busy={busy} onCancel={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}

interface FieldsProps {
  webhook: Pick<Webhook, 'url' | 'description' | 'events'>
  problem: string | null
  errors: Record<string, string>
}

function Fields({ webhook, problem, errors }: FieldsProps) {
  return (
    <Stack>
      {problem && (
        <Alert color="red" role="alert" title="It was not stored">
          {problem}
        </Alert>
      )}
      <TextInput
        name="url"
        type="url"
        label="URL"
        description="Begins with https and is on the public internet; an administrator can allow more."
        placeholder="https://example.com/hooks/vidmill"
        defaultValue={webhook.url}
        error={errors.url}
        maxLength={2048}
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
      />
      <TextInput
        name="description"
        label="Description"
        description="What it is for; you alone see it."
        defaultValue={webhook.description}
        error={errors.description}
        maxLength={500}
        autoComplete="off"
      />
      <Checkbox.Group label="Events" defaultValue={webhook.events} error={errors.events}>
        <Stack gap="xs" mt="xs">
          {EVENT_NAMES.map((name) => (
            <Checkbox
              key={name}
              name="events"
              value={name}
              label={name}
              description={WEBHOOK_EVENTS[name]}
            />
          ))}
        </Stack>
      </Checkbox.Group>
    </Stack>
  )
}

function wishOf(form: FormData) {
  return {
    url: String(form.get('url')).trim(),
    description: String(form.get('description')).trim(),
    events: form.getAll('events') as WebhookEvent[],
  }
}
