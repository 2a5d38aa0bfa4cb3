import { readdirSync } from 'node:fs'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { PackageDeployment } from '#bus/orders.ts'
import {
  customDirectoryFault,
  type Installation,
  previousOf,
  previousVariables,
} from '#domain/installation.ts'
import { isOn, valueIn } from '#domain/literal-values.ts'
import {
  type Convention,
  conventionsOf,
  featuresOf,
  packageScriptOf,
  type Stage,
} from '#domain/package-stages.ts'
import { type Acquired, place, titleOf } from './acquire.ts'
import { installationsIn } from './installations.ts'
import type { Job } from './job.ts'
import { reasonOf } from './persist.ts'
import { roomErrorOf } from './room.ts'
import { say } from './say.ts'
import { placesIn, scriptFileIn } from './script-step.ts'
import type { Scripts } from './scripts.ts'
import { replaceInFiles, substituteInFiles } from './substitution.ts'

const INSTALLED = 'Octopus.Action.Package.InstallationDirectoryPath'

/** A package on its way: where its files are now, and what is done with them. */
interface Deploying {
  deployment: PackageDeployment
  installation: Installation
  /** Where its files are: unpacked, and later copied. */
  folder: string
  scripts: Scripts
  /** The worker's own folder: nothing is copied into it. */
  home: string
}

/** Deploys the primary package of a step: unpacks it, and does what is to be done with it in the fixed order. */
export async function deployPackage(job: Job, acquired: Acquired[], scripts: Scripts, now: number) {
  const { spec, worker, workFolder } = job
  const primary = acquired.find(({ name }) => name === '')
  if (!primary || !spec.deployment) throw new Error('The step has no package to deploy.')
  warnOfFeatures(spec.variables)
  const { installations, owner } = installationsOf(job, primary)
  const before = previousOf(installations.all(), owner).successful
  if (before?.version === primary.version && isSkipped(spec.variables))
    return say.info(`${titleOf(primary)} is installed already: the step does nothing.`)

  const previous = previousVariables(installations.all(), owner)
  const installation = installations.begin({ version: primary.version, owner, at: now })
  const folders = new Map([['', installation.folder]])
  const all = [{ ...primary, extract: true }, ...acquired.filter((one) => one !== primary)]
  const placed = await place(all, workFolder, folders).catch(async (error) => {
    await installations.remove(installation)
    throw error
  })
  const { variables, replaced } = placesIn(spec.variables, placed)
  scripts.set({ ...variables, ...previous })
  const { customDirectory } = spec.deployment
  const deployment = {
    ...spec.deployment,
    customDirectory: customDirectory === null ? null : normalize(replaced(customDirectory)),
    scripts: spec.deployment.scripts.map((one) => ({ ...one, body: replaced(one.body) })),
  }
  const { folder } = installation
  await deploy({ deployment, installation, folder, scripts, home: worker.home })
  installations.write({
    ...installation,
    customDirectory: deployment.customDirectory,
    isSuccessful: true,
  })
  await installations.tidy(owner)
  say.info(`${titleOf(primary)} is deployed.`)
}

async function deploy(deploying: Deploying): Promise<void> {
  const { deployment, scripts } = deploying
  tellFolder(deploying)
  try {
    for (const convention of conventionsOf(deployment)) {
      await follow(convention, deploying)
      if (isOn(scripts.variables(), 'Octopus.Action.SkipRemainingConventions')) {
        say.verbose('A script has asked to leave out the rest.')
        break
      }
    }
    await removeScripts('DeployFailed', deploying)
  } catch (error) {
    await runFailed(deploying, error)
    throw error
  }
}

async function follow(convention: Convention, deploying: Deploying): Promise<void> {
  const { folder, scripts } = deploying
  const variables = scripts.variables()
  switch (convention.do) {
    case 'run':
      return runStage(convention.stage, deploying)
    case 'substitute':
      return substituteInFiles({ folder, patterns: convention.patterns, variables })
    case 'replaceStructured':
      return replaceInFiles({ folder, patterns: convention.patterns, variables })
    case 'copy':
      return copyTo(convention, deploying)
    default:
      throw new Error(`Nothing is known of ${convention satisfies never}.`)
  }
}

/** The step's own script first, then that of the package. */
async function runStage(stage: Exclude<Stage, 'DeployFailed'>, deploying: Deploying) {
  const { deployment, folder, scripts } = deploying
  for (const own of deployment.scripts.filter((one) => one.stage === stage)) {
    say.verbose(`Runs the ${stage} script of the step.`)
    await scripts.run({ ...own, folder, what: `The ${stage} script of the step` })
  }
  await runPackageScript(stage, deploying)
}

async function runPackageScript(stage: Stage, deploying: Deploying): Promise<void> {
  const { deployment, folder, scripts } = deploying
  if (!deployment.runScripts) return
  const found = packageScriptOf(stage, readdirSync(folder))
  if (found) {
    say.verbose(`Runs ${found.name} of the package.`)
    const { file, body } = await scriptFileIn(folder, found.name)
    await scripts.run({
      syntax: found.syntax,
      file,
      body,
      folder,
      what: `${found.name} of the package`,
    })
  }
  await removeScripts(stage, deploying)
}

/** What was there to deploy is no part of what is deployed: a web server would show it to anybody. */
async function removeScripts(stage: Stage, { deployment, folder, scripts }: Deploying) {
  const keeps = /^false$/i.test(
    valueIn(scripts.variables(), 'OctopusDeleteScriptsOnCleanup').trim(),
  )
  if (keeps || !deployment.runScripts) return
  for (;;) {
    const found = packageScriptOf(stage, readdirSync(folder))
    if (!found) return
    await rm(join(folder, found.name), { recursive: true, force: true })
  }
}

async function copyTo({ to, purge }: { to: string; purge: boolean }, deploying: Deploying) {
  const fault = customDirectoryFault(to, deploying.home)
  if (fault) throw new Error(fault)
  try {
    await mkdir(to, { recursive: true })
    if (purge) {
      for (const name of await readdir(to))
        await rm(join(to, name), { recursive: true, force: true })
      say.verbose(`${to} was emptied.`)
    }
    await cp(deploying.folder, to, {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
    })
  } catch (error) {
    throw roomErrorOf(error, `the files of the package in ${to}`)
  }
  say.verbose(`The files were copied to ${to}.`)
  deploying.folder = to
  tellFolder(deploying)
}

function tellFolder({ folder, scripts }: Deploying) {
  scripts.set({ [INSTALLED]: folder })
  say.output('Package.InstallationDirectoryPath', folder)
}

/** What fails in it changes nothing any more. */
async function runFailed(deploying: Deploying, reason: unknown) {
  try {
    deploying.scripts.set({ 'Octopus.Deployment.Error': reasonOf(reason) })
    await runPackageScript('DeployFailed', deploying)
  } catch (error) {
    say.warning(reasonOf(error))
  }
}

/** Installations belong to a step of a project in an environment, for a tenant where there is one. */
function installationsOf({ spec: { variables }, worker }: Job, { packageId }: Acquired) {
  const value = (name: string) => valueIn(variables, `Octopus.${name}`)
  const installations = installationsIn({
    home: worker.home,
    tenant: value('Deployment.Tenant.Name'),
    environment: value('Environment.Name'),
    packageId,
  })
  const ids = ['Space.Id', 'Project.Id', 'Environment.Id', 'Deployment.Tenant.Id', 'Action.Id']
  return { installations, owner: ids.map(value).join('/') }
}

const isSkipped = (variables: Record<string, string>) =>
  isOn(variables, 'Octopus.Action.Package.SkipIfAlreadyInstalled') &&
  !isOn(variables, 'Octopus.Deployment.ForcePackageRedeployment')

function warnOfFeatures(variables: Record<string, string>) {
  const { unknown } = featuresOf(valueIn(variables, 'Octopus.Action.EnabledFeatures'))
  for (const name of unknown)
    say.warning(
      `The feature ${name.replace('Octopus.Features.', '')} is on, but Tako does not have it.`,
    )
}
