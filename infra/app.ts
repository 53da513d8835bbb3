/** The CDK application: `npm run synth`, `npm run deploy`. Options are context: `-c domain=news.example.com`. */
import { App } from 'aws-cdk-lib'
import { compileFiles } from './compiled.ts'
import { buildApp, optionsOf } from './stacks.ts'

const app = new App()
buildApp(app, { ...optionsOf(app), compiled: await compileFiles() })
app.synth()
