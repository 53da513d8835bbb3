/** What every command says of itself, and that its page shows it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { tendril } from '../../../cli/program.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
const program = tendril()
const commands = program.commands.map((command): [string, Command] => [command.name(), command])

/** The commands that print data. */
const printsData = commands.filter(([name]) => !['start', 'demo', 'schemas'].includes(name))

test('there are commands, each once', () => {
  const names = commands.map(([name]) => name)
  expect(names).toEqual([...new Set(names)])
  expect(names).toEqual(
    expect.arrayContaining(['start', 'check', 'simulate', 'lead', 'explain', 'why', 'replay']),
  )
})

describe.each(commands)('tendril %s', (name, command) => {
  test('says what it does, what it takes and what each option means', () => {
    const help = command.helpInformation()
    expect(command.description().length).toBeGreaterThan(20)
    expect(help).toContain(`Usage: tendril ${name}`)
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe('')
    for (const option of command.options) expect(option.description).not.toBe('')
  })

  test('has a section in docs/cli.md, with what it prints', () => {
    const section = page.split(/^## /m).find((part) => part.startsWith(`tendril ${name}`))
    expect(section).toMatch(/```/)
    expect(section).toContain(`npx tendril ${name}`)
  })

  test('each of its options is on the page', () => {
    const section = page.split(/^## /m).find((part) => part.startsWith(`tendril ${name}`)) ?? ''
    for (const option of command.options) expect(section).toContain(`\`${option.long}`)
  })
})

test.each(printsData)('tendril %s prints data with --json', (_, command) => {
  expect(command.options.map(({ long }) => long)).toContain('--json')
})
