import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { Errors, type Service } from 'moleculer'
import {
  ConflictError,
  ForbiddenError,
  InvalidError,
  NotBuiltError,
  NotFoundError,
  RefusedError,
  StaleError,
  TakenError,
  TooManyError,
} from '#bus/errors.ts'
import { sendError } from '../../services/api/answers.ts'

describe('An error', () => {
  let logged: unknown[][]
  let server: Server

  /** Answers every request with this error, as the gateway would. */
  async function answerWith(error: Error): Promise<Response> {
    const log = (...what: unknown[]) => logged.push(what)
    // All that is used of a logger.
    const logger = { error: log, warn: log } as unknown as Service['logger']
    server = createServer((request, response) => sendError(request, response, error, logger))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/x?apikey=secret`)
  }

  beforeEach(() => {
    logged = []
  })

  afterEach(() => server.close())

  const told: [Error, number, string][] = [
    [new ForbiddenError('TaskCancel'), 403, 'You need the permission TaskCancel.'],
    [new NotFoundError('WorkerPool', 'x'), 404, "The worker pool 'x' was not found."],
    [
      new StaleError('Project', 'x'),
      409,
      "The project 'x' has been changed meanwhile: read it again.",
    ],
    [new ConflictError('It is there already.'), 409, 'It is there already.'],
    [new NotBuiltError('tenants'), 501, 'Tako does not have tenants yet.'],
  ]
  for (const [error, status, ErrorMessage] of told) {
    it(`of status ${status} (${error.name}) is told as it is, without a list of faults`, async () => {
      const response = await answerWith(error)

      expect(response.status).to.equal(status)
      expect(await response.json()).to.deep.equal({ ErrorMessage })
      expect(logged).to.deep.equal([])
    })
  }

  const faulty: [Error, string[]][] = [
    [new InvalidError(['One.', 'Two.']), ['One.', 'Two.']],
    [new TakenError('Space', 'Shop'), ["Another space is named 'Shop'."]],
    [new RefusedError('It still runs.'), ['It still runs.']],
  ]
  for (const [error, faults] of faulty) {
    it(`of a request at fault (${error.name}) lists the faults`, async () => {
      const response = await answerWith(error)

      expect(response.status).to.equal(400)
      expect(await response.json()).to.deep.equal({
        ErrorMessage: 'There was a problem with your request.',
        Errors: faults,
      })
    })
  }

  it('of too many tries says when to come again', async () => {
    const response = await answerWith(new TooManyError('Wait a little.', 12.3))

    expect(response.status).to.equal(429)
    expect(response.headers.get('retry-after')).to.equal('13')
  })

  it('of ours stays in our log, and the client gets where to find it', async () => {
    const response = await answerWith(new Error('the secret detail'))
    const text = await response.text()

    expect(response.status).to.equal(500)
    expect(text).not.to.contain('secret')
    expect(text).to.contain(response.headers.get('x-request-id'))
    expect(logged).to.have.length(1)
    expect(String(logged[0]?.[0])).to.contain('GET /api/x').and.not.contain('secret')
  })

  it('of a service that is away is worth another try', async () => {
    const response = await answerWith(new Errors.ServiceNotFoundError({ action: 'spaces.list' }))

    expect(response.status).to.equal(503)
    expect(await response.text()).not.to.contain('spaces.list')
  })
})
