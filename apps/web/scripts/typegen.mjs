// Writes src/generated: TypeScript types of what the two services export and check for drift.
// Nothing of it is in git, so nothing of it can lag behind its source.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const web = dirname(import.meta.dirname)
const require = createRequire(import.meta.url)

function run(packageName, binary, ...args) {
  const home = dirname(require.resolve(`${packageName}/package.json`))
  execFileSync(process.execPath, [join(home, binary), ...args], { cwd: web, stdio: 'inherit' })
}

mkdirSync(join(web, 'src/generated'), { recursive: true })
run(
  'openapi-typescript',
  'bin/cli.js',
  '../api/openapi.json',
  // A field with a default may be left out of a request.
  '--default-non-nullable=false',
  '--output=src/generated/rest.d.ts',
)
run('gql.tada', 'bin/cli.js', 'generate-output')
