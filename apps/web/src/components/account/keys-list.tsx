'use client'

import { Badge, Button, Code, Group, Paper, Text } from '@mantine/core'
import { RelativeTime } from '@/components/ui/relative-time'
import { type ApiKey, type KeyState, keyState, scopesText } from '@/lib/account/api-keys'
import { formatDate, formatExact } from '@/lib/format'
import classes from './keys.module.css'

interface KeysListProps {
  keys: ApiKey[]
  total: number
  onRotate: (key: ApiKey) => void
  onRevoke: (key: ApiKey) => void
}

export function KeysList({ keys, total, onRotate, onRevoke }: KeysListProps) {
  return (
    <>
      <Paper
        component="ul"
        withBorder
        bg="var(--vidmill-surface)"
        className={classes.list}
        aria-label="API keys"
      >
        {keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            successor={keys.find(({ id }) => id === key.rotated_to)}
            onRotate={() => onRotate(key)}
            onRevoke={() => onRevoke(key)}
          />
        ))}
      </Paper>
      {total > keys.length && (
        <Text size="sm" c="dimmed">
          These are the newest {keys.length} of {total} keys.
        </Text>
      )}
    </>
  )
}

const LOOKS: Record<KeyState, { color: string; label: string }> = {
  active: { color: 'teal', label: 'Active' },
  replaced: { color: 'yellow', label: 'Being replaced' },
  expired: { color: 'gray', label: 'Expired' },
  revoked: { color: 'red', label: 'Revoked' },
}

interface KeyRowProps {
  apiKey: ApiKey
  /** The key that takes its place, if it is in the list. */
  successor: ApiKey | undefined
  onRotate: () => void
  onRevoke: () => void
}

function KeyRow({ apiKey, successor, onRotate, onRevoke }: KeyRowProps) {
  const state = keyState(apiKey, Date.now())
  const { color, label } = LOOKS[state]
  const works = state === 'active' || state === 'replaced'
  return (
    <li className={classes.row}>
      <div className={classes.name}>
        <Group gap="xs">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {apiKey.name}
          </Text>
          <Badge color={color} data-status={state}>
            {label}
          </Badge>
        </Group>
        <Code className={classes.prefix}>{apiKey.prefix}…</Code>
        {successor && (
          <Text size="sm" c="dimmed">
            Replaced by <code>{successor.prefix}…</code>
          </Text>
        )}
      </div>
      <KeyFacts apiKey={apiKey} state={state} />
      {works && (
        <Group gap="xs" className={classes.actions}>
          {state === 'active' && (
            <Button
              variant="default"
              size="xs"
              onClick={onRotate}
              aria-label={`Replace the key ${apiKey.name}, ${apiKey.prefix}`}
            >
              Replace
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            onClick={onRevoke}
            aria-label={`Revoke the key ${apiKey.name}, ${apiKey.prefix}`}
          >
            Revoke
          </Button>
        </Group>
      )}
    </li>
  )
}

function KeyFacts({ apiKey, state }: { apiKey: ApiKey; state: KeyState }) {
  const { expires_at: ends, revoked_at: revoked, last_used_at: used, ip_allow: places } = apiKey
  return (
    <div className={classes.facts}>
      <Text size="sm">{scopesText(apiKey.scopes)}</Text>
      <Text size="sm" c="dimmed">
        Created <RelativeTime value={apiKey.created_at} />
        {revoked && (
          <>
            , revoked <RelativeTime value={revoked} />
          </>
        )}
        {ends && !revoked && (
          <>
            , {state === 'expired' ? 'ended' : 'ends'} <EndOfKey value={ends} />
          </>
        )}
      </Text>
      <Text size="sm" c="dimmed">
        {used ? (
          <>
            Last used <RelativeTime value={used} />
            {apiKey.last_used_address && ` from ${apiKey.last_used_address}`}
          </>
        ) : (
          'Never used'
        )}
      </Text>
      {apiKey.hourly_limit !== null && (
        <Text size="sm" c="dimmed">
          {apiKey.hourly_limit.toLocaleString('en')} requests an hour at most
        </Text>
      )}
      {places && (
        <Text size="sm" c="dimmed" className={classes.places}>
          Only from {places.join(', ')}
        </Text>
      )}
    </div>
  )
}

/** A day, since "in 2 months" is too vague to plan by. */
function EndOfKey({ value }: { value: string }) {
  const moment = Date.parse(value)
  return (
    <time dateTime={value} title={formatExact(moment)}>
      {formatDate(moment)}
    </time>
  )
}
