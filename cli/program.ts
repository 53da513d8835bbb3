/** All commands of `tendril`. */
import { Command } from 'commander'
import { addBacktest } from './backtest.ts'
import { addCheck } from './check.ts'
import { addDemo } from './demo/demo.ts'
import { addExplain } from './explain.ts'
import { addLead } from './lead.ts'
import { addPublish } from './publish.ts'
import { addReplay } from './replay.ts'
import { addSchemas } from './schemas.ts'
import { addSimulate } from './simulate/simulate.ts'
import { addStart } from './start.ts'
import { addStops } from './stops.ts'
import { addWhy } from './why.ts'

/** In the order in which `--help` lists them. */
const adders = [
  addStart,
  addCheck,
  addSimulate,
  addLead,
  addExplain,
  addWhy,
  addReplay,
  addBacktest,
  addPublish,
  addStops,
  addDemo,
  addSchemas,
]

/** The command line; `parseAsync` runs it. */
export const tendril = (): Command => {
  const program = new Command('tendril').description('Lead nurturing on your own AWS account.')
  for (const add of adders) add(program)
  return program
}
