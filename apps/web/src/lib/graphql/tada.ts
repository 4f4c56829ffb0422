import { initGraphQLTada } from 'gql.tada'
import type { introspection } from '@/generated/graphql-env'

/** Tag for queries: their results and variables get types from the service's exported schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: {
    /** RFC 3339. */
    DateTime: string
    /** Such as "2026-11-22". */
    Date: string
    /** UUID. */
    ID: string
    JSON: unknown
    /** An integer that may exceed 32 bits. */
    BigInt: number
  }
}>()
