'use client'

import { Code, Group, Stack, Table, Text } from '@mantine/core'
import { CopyButton } from '@/components/ui/copy-button'
import { formatBitrate } from '@/lib/format'
import { type FullPreset, qualityOf } from '@/lib/presets/preset'
import classes from './presets.module.css'

/** Its qualities, and all of it as the API takes it. */
export function PresetDetails({ spec }: { spec: FullPreset }) {
  const json = JSON.stringify(spec, null, 2)
  return (
    <Stack gap="sm">
      {spec.video.rungs.length > 0 && (
        <Table aria-label={`Qualities of ${spec.name}`} verticalSpacing={4} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Quality</Table.Th>
              <Table.Th scope="col">Aim</Table.Th>
              <Table.Th scope="col" ta="end">
                Peak
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {spec.video.rungs.map((rung) => (
              <Table.Tr key={rung.short_side}>
                <Table.Th scope="row">{rung.short_side}p</Table.Th>
                <Table.Td>{qualityOf(rung)}</Table.Td>
                <Table.Td ta="end">{formatBitrate(rung.max_bitrate_bps)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          As the API takes it
        </Text>
        <CopyButton value={json} what={`the JSON of ${spec.name}`} />
      </Group>
      <Code
        block
        className={classes.spec}
        tabIndex={0}
        role="group"
        aria-label={`JSON of ${spec.name}`}
      >
        {json}
      </Code>
    </Stack>
  )
}
