/** `node test/property/arbiter/explore.ts [--large] [name]`: explores the models and prints what it saw. */
import { largeModels, models } from './models.ts'
import { tellOf } from './report.ts'
import { Search } from './search.ts'

const large = process.argv.includes('--large')
const only = process.argv.slice(2).find((word) => !word.startsWith('--')) ?? ''
let states = 0
for (const model of large ? largeModels : models) {
  if (!model.name.includes(only)) continue
  const started = performance.now()
  const result = new Search(model).run()
  states += result.states
  console.log(tellOf(model.name, result, performance.now() - started))
  if (result.violation !== undefined) process.exitCode = 1
}
console.log(`${states.toLocaleString('en')} states`)
