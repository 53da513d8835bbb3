/** The two folders as a whole: variants by file name, warnings, and what is wrong between files. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { compileProject } from '../../../workflows/compiler/project.ts'
import { fileOf } from './helpers.ts'

const root = resolve(import.meta.dirname, '../../..')
const here = mkdtempSync(join(tmpdir(), 'project-'))
const folders = { workflows: join(here, 'workflows'), templates: join(here, 'templates') }
afterAll(() => rmSync(here, { recursive: true }))

const edit = (name: string, change: (text: string) => string): void => {
  const file = join(here, name)
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}
const sequence = (id: string, text: string): void =>
  writeFileSync(join(folders.workflows, 'sequences', `${id}.yaml`), text.replace('id: test', `id: ${id}`))

beforeEach(() => {
  for (const name of ['workflows', 'templates']) {
    rmSync(join(here, name), { recursive: true, force: true })
    cpSync(join(root, name), join(here, name), { recursive: true })
  }
})

test('a file of another ending is not passed over in silence', async () => {
  writeFileSync(join(folders.workflows, 'sequences', 'spring.yml'), fileOf('  - send: keep-warm-1'))

  const project = await compileProject(folders)

  expect(project.ok).toBe(false)
  expect(project.problems.map(formatProblem)).toEqual([
    'workflows/sequences/spring.yml:1:1 this file is not read: its name must end in .yaml',
  ])
})

test('a template with a dot in its name is a variant', async () => {
  const emails = join(folders.templates, 'emails')
  cpSync(join(emails, 'week-3-case-study.mjml'), join(emails, 'week-3-case-study.retail.mjml'))
  sequence('cases', fileOf('  - send: week-3-case-study\n    variant_by: company.industry'))

  const project = await compileProject(folders)

  if (!project.ok) expect.fail(project.problems.map(formatProblem).join('\n'))
  expect(project.content.templates['week-3-case-study.retail']?.id).toBe('week-3-case-study.retail')
  expect(project.content.sequences['cases']?.steps[0]).toMatchObject({
    variants: { field: 'company.industry', templates: { retail: 'week-3-case-study.retail' } },
  })
})

test('settings and forms are looked at, too; a warning stops nothing', { timeout: 60_000 }, async () => {
  edit('workflows/settings.yaml', (text) => text.replace('consent:\n', 'consent:\n  expires: 24 months\n'))
  sequence(
    'late',
    fileOf('  - send: keep-warm-1\n  - wait: 3 years\n  - send: keep-warm-2').replace(
      'form: demo',
      'form: [ demo, demo-request ]',
    ),
  )

  const project = await compileProject(folders)

  expect(project.ok).toBe(true)
  expect(project.problems.map(formatProblem)).toEqual([
    'workflows/sequences/late.yaml:5:16 warning: the form "demo-request" does not ask for the topic "guides": who enters by it is not mailed (no consent)',
    'workflows/sequences/late.yaml:9:5 warning: this mail may come 1080 days after the lead entered; a consent lasts 720 days (settings.yaml)',
  ])

  const env = { ...process.env, TENDRIL_WORKFLOWS: folders.workflows, TENDRIL_TEMPLATES: folders.templates }
  const shown = spawnSync(process.execPath, [join(root, 'cli/tendril.js'), 'check'], {
    env,
    encoding: 'utf8',
  })
  expect(shown.status).toBe(0)
  expect(shown.stderr).toContain('workflows/sequences/late.yaml:9:5 warning: this mail may come 1080 days')
  expect(shown.stdout).toMatch(/^late \(version /m)
})

test('mail that nobody could get, a circle, and a subject that is none are errors', async () => {
  sequence('mute', fileOf('  - send: keep-warm-1').replace('form: demo', 'form: demo-request'))
  sequence('left', fileOf('  - send: keep-warm-1\n    subject: "Hi {{ lead.nmae }}"\n  - next: right'))
  sequence('right', fileOf('  - send: keep-warm-1\n  - next: left'))

  const problems = async () => (await compileProject(folders)).problems.map(formatProblem)

  expect(await problems()).toEqual([
    'workflows/sequences/left.yaml:8:14 subject: unknown variable "lead.nmae"; "lead" has: id, email, name, first_name, last_name, score, downloads',
    'workflows/sequences/mute.yaml:5:16 the form "demo-request" does not ask for the topic "guides": who enters by it is not mailed (no consent)',
  ])
  edit('workflows/sequences/left.yaml', (text) => text.replace('nmae', 'name'))
  expect((await problems()).slice(0, 1)).toEqual([
    'workflows/sequences/left.yaml:9:5 a circle without a wait: "left" → "right" → "left"',
  ])
})
