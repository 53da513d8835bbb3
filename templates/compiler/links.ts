/** Links with Liquid in them become `url` blocks: rendered, they are left out unless they are safe. */
import { hasOwnWords } from './protect.ts'

const URL_ATTRIBUTES = 'href|src|action|formaction|background|poster|cite|srcset'
const ATTRIBUTE = new RegExp(`\\s(${URL_ATTRIBUTES})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'gi')

/** Wraps every URL attribute that holds a word of Liquid. `scope` `site` also lets paths on the same host pass. */
export const guardLinks = (html: string, scope: '' | 'site'): string =>
  html.replace(ATTRIBUTE, (all, name: string, double?: string, single?: string) => {
    const value = double ?? single ?? ''
    if (!hasOwnWords(value)) return all
    return `{% url ${`${name.toLowerCase()} ${scope}`.trim()} %}${value}{% endurl %}`
  })

/** The URLs that are written out in full, with the attribute that holds them. */
export const fixedLinks = (html: string): readonly { readonly name: string; readonly url: string }[] =>
  [...html.matchAll(ATTRIBUTE)]
    .map((match) => ({ name: (match[1] ?? '').toLowerCase(), url: (match[2] ?? match[3] ?? '').trim() }))
    .filter(({ url }) => !hasOwnWords(url))
