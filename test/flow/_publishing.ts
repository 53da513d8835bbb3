/** A product that publishes while it runs, as a deployment does. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { deployContent } from '../../local/machines.ts'
import { formatProblem } from '../../workflows/compiler/problem.ts'
import { compileProject } from '../../workflows/compiler/project.ts'
import { LanguageProduct, type MarketersFiles } from './_language.ts'

export class PublishingProduct extends LanguageProduct {
  /** Publishes the folder with these files instead of those of the same name; throws when it is refused. */
  async publish(files: MarketersFiles['workflows'], acceptsForecast = false): Promise<void> {
    this.write({ workflows: files })
    const folders = {
      workflows: join(this.folder, 'workflows'),
      templates: join(this.folder, 'templates'),
    }
    const project = await compileProject(folders)
    if (!project.ok) throw new Error(project.problems.map(formatProblem).join('\n'))
    await deployContent(this.runtime.parts.engine, project.content, project.machines, acceptsForecast)
  }

  remove(name: string): void {
    rmSync(join(this.folder, 'workflows', `${name}.yaml`))
  }
}
