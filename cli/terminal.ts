/** How the commands look in a terminal: columns, and colours where somebody sees them (a TTY, and no NO_COLOR). */
import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

const painted =
  (style: Style) =>
  (text: string): string =>
    styleText(style, text, { stream: process.stdout })

export const bold = painted('bold')
export const dim = painted('dim')
export const green = painted('green')
export const yellow = painted('yellow')
export const red = painted('red')
export const cyan = painted('cyan')

/** Writes a line, or several. */
export const say = (text = ''): void => {
  process.stdout.write(`${text}\n`)
}

/** Data for other programs. */
export const sayJson = (data: unknown): void => say(JSON.stringify(data, null, 2))

/** Code points on the screen; colours take no room. */
const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length

const screen = (): number => process.stdout.columns ?? 100

const pad = (text: string, width: number, isRight: boolean): string => {
  const room = ' '.repeat(Math.max(0, width - widthOf(text)))
  return isRight ? room + text : text + room
}

/** Breaks at blanks; a word that is too long stays whole. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

export interface Column {
  readonly title?: string
  readonly right?: boolean
}

const indent = '  '
/** Never narrower than this, whatever the screen is. */
const least = 24

/** Rows in columns two blanks apart; what does not fit into the last one goes on below it. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const titles = columns.map(({ title = '' }) => title)
  const hasTitles = titles.some((title) => title !== '')
  const all = hasTitles ? [titles.map(dim), ...rows] : rows
  const widths = columns.map((_, at) => Math.max(0, ...all.map((row) => widthOf(row[at] ?? ''))))
  const last = columns.length - 1
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + indent.length, indent.length)
  const room = Math.max(least, screen() - before)
  const lineOf = (row: readonly string[]): string => {
    const cells = columns
      .slice(0, last)
      .map(({ right = false }, at) => pad(row[at] ?? '', widths[at] ?? 0, right))
    const end = row[last] ?? ''
    const isRight = columns[last]?.right === true
    const [first = '', ...more] = isRight ? [pad(end, widths[last] ?? 0, true)] : wrap(end, room)
    const lines = [indent + [...cells, first].join(indent), ...more.map((text) => ' '.repeat(before) + text)]
    return lines.map((text) => text.trimEnd()).join('\n')
  }
  return all.map(lineOf).join('\n')
}

/** Names and values below each other. */
export const pairs = (rows: readonly (readonly [name: string, value: string])[]): string =>
  table(
    [{}, {}],
    rows.map(([name, value]) => [dim(name), value]),
  )

const dated = (at: string | number, timeZone: string | undefined, dayWidth: number): string => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone !== undefined && { timeZone }),
  }).formatToParts(new Date(at))
  const of = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((part) => part.type === type)?.value ?? ''
  // Sept is the one month that has four letters.
  const date = `${of('weekday')} ${of('day').padStart(dayWidth)} ${of('month').slice(0, 3)} ${of('year')}`
  return `${date} ${of('hour')}:${of('minute')}`
}

/** "Tue 24 Nov 2026 09:30", in a zone, or the terminal's. */
export const when = (at: string | number, timeZone?: string): string => dated(at, timeZone, 1)

/** The same for a column: all of one width. */
export const stamp = (at: string | number, timeZone?: string): string => dated(at, timeZone, 2)

/** The zone that `when` speaks in by itself. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
