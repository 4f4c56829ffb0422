'use client'

import { Button, Group, Radio, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import { Section } from '@/components/ui/section'
import type { EditableVideo } from '@/lib/videos/actions'
import { EDIT_LIMITS, tidyTags } from '@/lib/videos/edit'
import { VISIBILITIES, type Visibility } from '@/lib/videos/video'
import { ConflictNotice } from './conflict-notice'
import { useEditForm } from './use-edit-form'
import { visibilityLabel, visibilityText } from './visibility'

/** What its owner says of a video, and who may watch it. */
export function EditForm({ video }: { video: EditableVideo }) {
  const form = useEditForm(video)
  const { fields, set, problems, changed } = form
  return (
    <Section title="Details">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          form.save()
        }}
      >
        <Stack gap="md">
          {form.conflict && (
            <ConflictNotice
              title={form.conflict.title}
              onOverwrite={form.saveAnyway}
              onDiscard={form.discard}
            />
          )}
          <TextInput
            label="Title"
            required
            maxLength={EDIT_LIMITS.title}
            value={fields.title}
            error={problems.title}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
          <Textarea
            label="Description"
            autosize
            minRows={4}
            maxRows={14}
            maxLength={EDIT_LIMITS.description}
            value={fields.description}
            error={problems.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <TagsInput
            label="Tags"
            description="Enter or a comma ends one. Everybody can look for them."
            maxTags={EDIT_LIMITS.tags}
            value={fields.tags}
            error={problems.tags}
            acceptValueOnBlur
            splitChars={[',', '\n']}
            onChange={(tags) => set({ tags: tidyTags(tags) })}
          />
          <TextInput
            label="Category"
            maxLength={EDIT_LIMITS.label}
            value={fields.category}
            error={problems.category}
            onChange={(event) => set({ category: event.currentTarget.value })}
          />
          <Radio.Group
            label="Who may watch it"
            value={fields.visibility}
            onChange={(value) => set({ visibility: value as Visibility })}
          >
            <Stack gap="xs" mt="xs">
              {VISIBILITIES.map((value) => (
                <Radio
                  key={value}
                  value={value}
                  label={visibilityLabel(value)}
                  description={visibilityText(value)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Group>
            <Button type="submit" loading={form.saving} disabled={!changed}>
              Save
            </Button>
            <Button variant="default" disabled={!changed || form.saving} onClick={form.discard}>
              Discard changes
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
