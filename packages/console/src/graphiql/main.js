/* global GraphiQL, GraphiQLPluginExplorer, React, ReactDOM */
'use strict'

// Relative, so that the page also works below a proxy's path.
const ENDPOINT = 'query'
const SCHEMA = 'graphiql/schema.txt'

/** The name of GraphiQL's own question for the schema, unlike any that people give theirs. */
const SCHEMA_QUERY = 'VidmillPlaygroundSchema'

const FIRST_HEADERS = JSON.stringify({ 'X-API-Key': '' }, null, 2)

const FIRST_QUERY = `# Vidmill's GraphQL API: every read.
# Writes go to the REST API.
#
# Put your API key between the quotes of
# X-API-Key below. Instead of it works
# { "Authorization": "Bearer …" }.
#
# Ctrl-Enter runs the query. On the left are
# the documentation, what you ran before, and
# an explorer that builds queries from ticks.

query Overview {
  me {
    email
    role
  }
  systemMetrics {
    queueDepth
    totalJobs
    processingJobs
    completedJobs
    failedJobs
  }
  jobsConnection(first: 10) {
    totalCount
    nodes {
      id
      status
      filename
      progress
      createdAt
      renditions {
        name
        codec
        bitrateBps
        sizeBytes
      }
      playback {
        hlsUrl
      }
      error {
        code
        message
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`

const ask = GraphiQL.createFetcher({ url: ENDPOINT })

/**
 * The service answers nobody without a key, its schema included; but the documentation, completion
 * and the explorer should be there before the key is. So the schema comes from a file.
 */
function fetcher(params, options) {
  return params.operationName === SCHEMA_QUERY ? readSchema() : ask(params, options)
}

async function readSchema() {
  const reply = await fetch(SCHEMA)
  if (!reply.ok) throw new Error(`${SCHEMA}: the service answered with ${reply.status}.`)
  const { buildSchema, introspectionFromSchema } = GraphiQL.GraphQL
  return { data: introspectionFromSchema(buildSchema(await reply.text())) }
}

const plugins = [GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false })]

function Playground() {
  // A new tab begins with the headers typed last, or the key would have to be typed again.
  const [headers, setHeaders] = React.useState(FIRST_HEADERS)
  const settings = {
    fetcher,
    plugins,
    introspectionQueryName: SCHEMA_QUERY,
    defaultQuery: FIRST_QUERY,
    defaultHeaders: headers,
    onEditHeaders: setHeaders,
    defaultEditorToolsVisibility: 'headers',
  }
  const name = React.createElement(GraphiQL.Logo, null, 'Vidmill GraphQL')
  return React.createElement(GraphiQL, settings, name)
}

ReactDOM.createRoot(document.getElementById('playground')).render(React.createElement(Playground))
