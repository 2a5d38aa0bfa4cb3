import { meetingPlace } from '../support/deploying.ts'
import { lineTo } from './cuttable.ts'
import { onStage } from './stage.ts'
import { makeWorld } from './world.ts'

describe('The dashboard', function () {
  this.timeout(60_000)
  const stage = onStage()
  const place = meetingPlace()

  after(() => place.remove())

  it('shows what happens as it happens, and what happened while it was not connected', async () => {
    place.go('end')
    const { made, space } = await makeWorld(stage.server, [
      { name: 'Wait', script: place.hold('end') },
    ])
    place.close('end')
    const cable = await lineTo(stage.address)
    const page = await stage.visit(cable.address + space, { baseURL: cable.address, notes: [] })
    const cell = (text: string) => page.getByRole('cell').getByRole('link', { name: text })
    try {
      await cell('0.0.1 Success').waitFor()

      const { release } = await made.deploy()
      await cell(`${release.Version} Executing`).waitFor()
      cable.cut()
      await page.getByText('Not connected since').waitFor()
      place.go('end')
      await made.run()
      cable.mend()

      await cell('0.0.3 Success').waitFor()
    } finally {
      await cable.stop()
    }
  })
})
