/** The page about sending: its example is read as the product reads it, and no key or reason is left out. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkSettings } from '../../domain/settings.ts'
import { sendingFile } from '../../domain/settings-sending.ts'
import { momentWords } from '../../domain/timeline-held.ts'
import { raw, settingsText, valid } from './domain/settings-sample.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/sending.md'), 'utf8')
const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
const hour = 3_600_000

describe('docs/sending.md', () => {
  it('has an example that is read as the page says', () => {
    const { sending } = valid(checkSettings({ ...raw(settingsText), ...parse(example) }))
    expect(sending).toMatchObject({
      quietHours: { from: 1140, to: 480, zone: 'lead' },
      days: [1, 2, 3, 4, 5],
      holidays: ['2026-12-25', '2026-12-26', '2027-01-01'],
      holidaysIn: { DE: ['2026-10-03', '2027-05-01'], IE: ['2027-03-17'] },
      spread: 2 * hour,
      cap: { max: 3, per: 7 * 24 * hour, transactional: 'exempt' },
      minGap: 20 * hour,
      fatigue: { after: 4, gap: 7 * 24 * hour },
      sunset: { idle: 180 * 24 * hour, mails: 5 },
      guard: { perLead: { max: 6, per: 24 * hour }, forecast: { max: 20_000, per: 24 * hour } },
    })
  })

  it('shows every key there is, and explains it', () => {
    const keys = Object.keys(sendingFile.shape)
    const shown = Object.keys((parse(example) as { sending: object }).sending)
    expect(shown.toSorted()).toEqual(keys.toSorted())
    expect(keys.filter((key) => !page.includes(`\`${key}`))).toEqual([])
  })

  it('quotes the timeline as it speaks', () => {
    const at = Date.parse('2026-11-25T08:00:00Z') / 1000
    expect(page).toContain(momentWords('UTC', at, at))
  })
})
