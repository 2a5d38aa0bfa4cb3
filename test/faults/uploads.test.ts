import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { pushFile } from '../support/packages.ts'
import { ADMIN_KEY, type Home, newHome } from '../support/process.ts'
import { until } from '../support/until.ts'

describe('After kill -9 in the middle of an upload', function () {
  this.timeout(60_000)
  let home: Home

  before(() => {
    home = newHome()
  })
  after(() => home.remove())

  it('what was answered is there, and of the rest nothing', async () => {
    const folder = join(home.path, 'blobs/packages/Spaces-1')
    const filesIn = () => (existsSync(folder) ? readdirSync(folder) : [])
    let server = await home.start()
    const push = { spaceId: 'Spaces-1', content: 'whole', key: ADMIN_KEY }
    const answer = await pushFile(
      { url: `${server.url}/api` },
      { ...push, fileName: 'Whole.1.0.0.zip' },
    )
    const sending = request(`${server.url}/api/Spaces-1/packages/raw`, {
      method: 'POST',
      headers: {
        'X-Octopus-ApiKey': ADMIN_KEY,
        'Content-Type': 'multipart/form-data; boundary=cut',
      },
    })
    const broken = once(sending, 'error')
    sending.write(
      '--cut\r\nContent-Disposition: form-data; name="f"; filename="Cut.1.0.0.zip"\r\n\r\n',
    )
    sending.write(randomBytes(1024 * 1024))
    await until(
      () => filesIn().some((name) => statSync(join(folder, name)).size > 500_000),
      'a part of it is written',
    )

    await server.kill()
    await broken
    // As if it had been long ago: what is new, another node may be writing.
    const left = filesIn()
    for (const name of left) utimesSync(join(folder, name), 1, 1)
    server = await home.start()

    const { Items } = await server.ask<{ Items: { Id: string }[] }>('GET', '/packages')
    const raw = await fetch(`${server.url}/api/packages/packages-Whole.1.0.0/raw`, {
      headers: { 'X-Octopus-ApiKey': ADMIN_KEY },
    })
    expect(answer.status).to.equal(201)
    expect(Items.map(({ Id }) => Id)).to.deep.equal(['packages-Whole.1.0.0'])
    expect(await raw.text()).to.equal('whole')
    expect(left).to.have.lengthOf(2)
    await until(() => filesIn().length === 1, 'what is left of the upload is gone')
  })
})
