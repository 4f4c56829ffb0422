'use client'

import { GraphQLClient } from '@/lib/graphql/client'
import { useServices } from './services'

const clients = new Map<string, GraphQLClient>()

/** The client of this installation's GraphQL service, for pages that read from the browser. */
export function useGraphQL(): GraphQLClient {
  const { graphqlUrl } = useServices().config
  let client = clients.get(graphqlUrl)
  if (!client) {
    client = new GraphQLClient(graphqlUrl)
    clients.set(graphqlUrl, client)
  }
  return client
}
