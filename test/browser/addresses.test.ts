import { expect } from 'chai'
import type { Resource } from '../support/project.ts'
import { administrator, onStage } from './stage.ts'
import { makeWorld, type World } from './world.ts'

describe('An address in a browser', function () {
  this.timeout(60_000)
  const stage = onStage()
  let world: World

  before(async () => {
    world = await makeWorld(stage.server)
  })

  it('that a client has printed leads to the page of the thing', async () => {
    const { made, taskId, releaseId, deploymentId, version } = world
    const page = await stage.visit('/')
    const paths = [
      [`projects/${made.project.Id}`, made.project.Name],
      [`releases/${releaseId}`, version],
      [`deployments/${deploymentId}`, `Deploy ${version} to ${made.environment.Name}`],
      [`tasks/${taskId}`, `Deploy ${version} to ${made.environment.Name}`],
    ] as const

    for (const [path, heading] of paths) {
      const { Links } = await stage.server.ask<Resource & { Links: { Web: string } }>(
        'GET',
        `/${made.spaceId}/${path}`,
      )
      await page.goto('about:blank')
      await page.goto(Links.Web)
      await page.getByRole('heading', { level: 1, name: String(heading), exact: true }).waitFor()
    }
  })

  it('of the old kind leads to the page that is there now', async () => {
    const { made, space, project, taskId, version } = world
    const old = `/app#/${made.spaceId}`
    const olds: [string, string][] = [
      ['/app', '/default'],
      [old, `/${made.spaceId}`],
      [`${old}/tasks`, `/${made.spaceId}/tasks`],
      [`${old}/tasks/${taskId}`, `/${made.spaceId}/tasks/${taskId}`],
      [`${old}/projects`, `/${made.spaceId}/projects`],
      [
        `${old}/projects/${made.project.Slug}/deployments/releases/${version}`,
        `/${made.spaceId}${project.slice(space.length)}/releases/${version}`,
      ],
      [
        `${old}/projects/${made.project.Slug}/deployments/process`,
        `/${made.spaceId}${project.slice(space.length)}/process`,
      ],
      [`${old}/infrastructure/environments`, `/${made.spaceId}/infrastructure/environments`],
    ]

    const page = await stage.visit('/default')
    for (const [from, to] of olds) {
      // Another fragment alone would not load the document.
      await page.goto('about:blank')
      await page.goto(from)
      await page.waitForURL(`**${to}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await page.getByRole('heading', { name: 'Not found' }).count(), from).to.equal(0)
    }
  })

  it('survives a reload', async () => {
    const { space, taskId, version } = world
    const page = await stage.visit(`${space}/tasks/${taskId}?level=problems`)
    const heading = page.getByRole('heading', { name: `Deploy ${version}` })
    await heading.waitFor()

    await page.reload()

    await heading.waitFor()
    expect(await page.getByLabel('Lines to show').inputValue()).to.equal('problems')
  })

  it('asks who is there first, and then shows what was asked for', async () => {
    const { project } = world
    const page = await stage.visit(`${project}/process?x=1`, { as: null, refusals: /^401 / })

    await page.getByLabel('Name').fill(administrator.username)
    await page.getByLabel('Password').fill(administrator.password)
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('form', { name: 'Step 1, Greet' }).waitFor()
    expect(page.url()).to.equal(`${stage.address}${project}/process?x=1`)
  })

  it('leads to no other host after signing in', async () => {
    const page = await stage.visit('/sign-in?to=//elsewhere.example/', {
      as: null,
      refusals: /^401 /,
    })

    await page.getByLabel('Name').fill(administrator.username)
    await page.getByLabel('Password').fill(administrator.password)
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('heading', { name: 'Dashboard' }).waitFor()
    expect(page.url()).to.contain(stage.address)
  })

  it('that leads nowhere says so, and where to go', async () => {
    const page = await stage.visit('/default/no/such/page')

    await page.getByRole('heading', { name: 'Not found' }).waitFor()
    await page.getByRole('link', { name: 'To the dashboard' }).click()
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor()
  })

  it('of a thing that is gone says so', async () => {
    const refusals = /^404 GET .*\/tasks\/ServerTasks-nothing/
    const page = await stage.visit(`${world.space}/tasks/ServerTasks-nothing`, { refusals })

    await page.getByRole('alert').getByText('was not found').waitFor()
  })
})
