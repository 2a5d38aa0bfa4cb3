import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { expect } from 'chai'
import { workerOptions } from '../bin/worker-options.ts'

describe('The command line of a worker', () => {
  const least = ['--server', 'https://tako.example.com/', '--redis', 'redis://redis:6379']
  const read = (...more: string[]) => workerOptions([...least, ...more], undefined)

  it('needs a server and a Redis, and has defaults for the rest', () => {
    expect(read()).to.deep.equal({
      server: 'https://tako.example.com',
      redisUrl: 'redis://redis:6379',
      token: null,
      name: hostname(),
      space: null,
      slots: 10,
      home: resolve('worker'),
      cacheGigabytes: 10,
      leastFreeMegabytes: 500,
      allowsPlainHttp: false,
    })
  })

  it('may leave the Redis to the settings', () => {
    const { redisUrl } = workerOptions(least.slice(0, 2), 'redis://other')

    expect(redisUrl).to.equal('redis://other')
  })

  it('takes plain HTTP from this machine, and from others when it is told to', () => {
    for (const server of ['http://localhost:8065', 'http://127.0.0.1', 'http://[::1]:80'])
      expect(() => read('--server', server), server).to.not.throw()
    expect(() => read('--server', 'http://tako.example.com')).to.throw('is no HTTPS')
    expect(() => read('--server', 'http://localhost.example.com')).to.throw('is no HTTPS')
    expect(() => read('--server', 'http://tako.example.com', '--allow-plain-http')).to.not.throw()
  })

  const faults: [string[], string][] = [
    [['--slots', '0'], '--slots must be a whole number from 1 to 1000.'],
    [['--slots', '1.5'], '--slots must be'],
    [['--cache-gb', 'much'], '--cache-gb must be'],
    [['--least-free-mb', '-1'], "'--least-free-mb"],
    [['--name', ' '], '--name must be'],
    [['--name', 'x'.repeat(51)], '--name must be'],
    [['--server', 'tako.example.com'], '--server must be'],
    [['--server', 'https://user:word@tako.example.com'], '--server must be'],
    [['--redis', 'https://user:word@redis'], '--redis must be'],
    [['--colour', 'red'], "Unknown option '--colour'"],
    [['more'], "Unexpected argument 'more'"],
  ]
  for (const [args, message] of faults) {
    it(`refuses ${args.join(' ')}`, () => {
      expect(() => read(...args)).to.throw(message)
      expect(() => read(...args)).to.not.throw('user:word')
    })
  }

  it('says what it needs', () => {
    expect(() => workerOptions([], undefined)).to.throw('--server <url>')
    expect(() => workerOptions(least.slice(0, 2), undefined)).to.throw('--redis')
  })
})
