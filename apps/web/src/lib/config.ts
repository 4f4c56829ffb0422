/**
 * What the browser must know about this installation. The server reads it from the environment when
 * it answers a request, so that one build serves every port and host; the root layout hands it down.
 */
export interface InputLimits {
  /** Bytes. */
  maxBytes: number
  minSeconds: number
  maxSeconds: number
  /** Pixels of the shorter side. */
  minShortSide: number
}

export interface AppConfig {
  /** Origin of the REST service, without a trailing slash. */
  apiUrl: string
  /** Origin of the GraphQL service, without a trailing slash. */
  graphqlUrl: string
  /** Origin to which presigned uploads and downloads go. */
  storageUrl: string
  limits: InputLimits
  /** Who may make an account. */
  registration: RegistrationMode
  /** Characters that a new password needs. */
  passwordMinLength: number
}

/** What only the web's own server needs to know. */
export interface ServerConfig {
  /** Where people reach this web, without a trailing slash: addresses that are shared begin so. */
  webUrl: string
  /** Origin of the GraphQL service as this server reaches it, without a trailing slash. */
  graphqlInternalUrl: string
}

const REGISTRATION_MODES = ['invite', 'open', 'closed'] as const

export type RegistrationMode = (typeof REGISTRATION_MODES)[number]

type Environment = Record<string, string | undefined>

/**
 * Reads the settings that the services share; names and defaults are those of `.env.example`.
 *
 * @throws Error when a URL or a number cannot be read; the message names the setting.
 */
export function readConfig(env: Environment): AppConfig {
  return {
    apiUrl: url(env, 'API_PUBLIC_URL', 'http://127.0.0.1:8080'),
    graphqlUrl: url(env, 'GRAPHQL_PUBLIC_URL', 'http://127.0.0.1:8081'),
    storageUrl: url(env, 'S3_PUBLIC_ENDPOINT_URL', 'http://127.0.0.1:9000'),
    limits: {
      maxBytes: number(env, 'INPUT_MAX_BYTES', 20_000_000_000),
      minSeconds: number(env, 'INPUT_MIN_SECONDS', 1),
      maxSeconds: number(env, 'INPUT_MAX_SECONDS', 86_400),
      minShortSide: number(env, 'INPUT_MIN_SHORT_SIDE', 360),
    },
    registration: registration(env),
    passwordMinLength: number(env, 'PASSWORD_MIN_LENGTH', 15),
  }
}

/** @throws Error as `readConfig`. */
export function readServerConfig(env: Environment): ServerConfig {
  const { graphqlUrl } = readConfig(env)
  return {
    webUrl: url(env, 'WEB_PUBLIC_URL', 'http://127.0.0.1:3000'),
    graphqlInternalUrl: url(env, 'GRAPHQL_INTERNAL_URL', graphqlUrl),
  }
}

function registration({ REGISTRATION: value = 'invite' }: Environment): RegistrationMode {
  const mode = REGISTRATION_MODES.find((known) => known === (value || 'invite'))
  if (!mode) throw new Error(`REGISTRATION is none of ${REGISTRATION_MODES.join(', ')}: ${value}`)
  return mode
}

function url(env: Environment, name: string, fallback: string): string {
  const value = env[name] || fallback
  if (!URL.canParse(value)) throw new Error(`${name} is not a URL: ${value}`)
  return value.replace(/\/+$/, '')
}

function number(env: Environment, name: string, fallback: number): number {
  const value = Number(env[name] || fallback)
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is not a number: ${env[name]}`)
  return value
}
