/** The `tendril` command. */
import { Command } from 'commander'
import { addCheck } from './check.ts'
import { addDemo } from './demo/demo.ts'
import { addSchemas } from './schemas.ts'
import { addStart } from './start.ts'

const program = new Command('tendril').description('Lead nurturing on your own AWS account.')
addStart(program)
addCheck(program)
addDemo(program)
addSchemas(program)

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
