import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { makeSpace } from '../support/things.ts'
import { makeTrust } from '../support/trusts.ts'
import { dialogOf, onStage } from './stage.ts'

describe('The page of trusts', function () {
  this.timeout(60_000)
  const stage = onStage()

  /** A new space, as its people open it. */
  async function space() {
    const { bus } = stage.server
    const { Slug, Name, Id } = await bus.call('spaces.get', { id: await makeSpace(bus) })
    return { name: Name, path: `/${Slug}/promotions/trusts`, here: { bus, spaceId: Id } }
  }

  const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) })

  it('takes the identity of another space, and trusts it by what its people read aloud', async () => {
    const [ours, theirs] = [await space(), await space()]
    const other = await stage.visit(theirs.path)
    const [file] = await Promise.all([
      other.waitForEvent('download'),
      other.getByRole('link', { name: 'Export identity' }).click(),
    ])
    const aloud = await other.locator('.short-fingerprint').getAttribute('aria-label')
    await other.getByRole('img', { name: /as a QR code/ }).waitFor()
    const document = await readFile(await file.path(), 'utf8')

    const page = await stage.visit(ours.path, { refusals: /^400 POST .*\/confirm$/ })
    await page.getByRole('button', { name: 'Add trust' }).click()
    await dialogOf(page).getByLabel('Or paste its text').fill(document)
    await dialogOf(page).getByRole('button', { name: 'Read' }).click()
    await dialogOf(page).getByText(theirs.name).first().waitFor()
    await dialogOf(page).getByLabel('Name').fill('Production')
    await dialogOf(page).getByLabel('→ This space sends releases there').check()
    await dialogOf(page).getByRole('button', { name: 'Go on' }).click()
    const typed = dialogOf(page).getByLabel('What they read')
    await typed.fill('AAAA-BBBB-CCCC-DDDD')
    await dialogOf(page).getByRole('button', { name: 'Trust', exact: true }).click()
    await dialogOf(page).getByText('this is not the fingerprint').waitFor()
    await typed.fill(aloud?.toLowerCase() ?? '')
    await dialogOf(page).getByRole('button', { name: 'Trust', exact: true }).click()

    await row(page, 'Production').getByText('Active').waitFor()
    await page.getByRole('img', { name: 'Releases go to Production' }).waitFor()
    await page.getByRole('img', { name: 'No releases come from Production' }).waitFor()
  })

  it('suspends, resumes and revokes a trust, the last with a reason', async () => {
    const [ours, theirs] = [await space(), await space()]
    await makeTrust(ours.here, theirs.here, { Name: 'Production' })
    const page = await stage.visit(ours.path)
    const act = async (name: string) => {
      await page.getByRole('button', { name: 'More about Production' }).click()
      await page.getByRole('menuitem', { name }).click()
    }

    await act('Suspend')
    await row(page, 'Production').getByText('Suspended').waitFor()
    await act('Resume')
    await row(page, 'Production').getByText('Active').waitFor()
    await act('Revoke…')
    await dialogOf(page).getByLabel('Reason').fill('The laptop was stolen')
    await dialogOf(page).getByLabel('Type Production to go on').fill('Production')
    await dialogOf(page).getByRole('button', { name: 'Revoke Production' }).click()

    await row(page, 'Production').getByText('Revoked').waitFor()
    await row(page, 'Production').getByText('The laptop was stolen').waitFor()
    await act('Delete')
    await page.getByRole('heading', { name: 'No other space is trusted' }).waitFor()
    expect(await row(page, 'Production').count()).to.equal(0)
  })
})
