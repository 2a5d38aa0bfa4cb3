import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { isAtHost } from '../../domain/same-host.ts'
import { withoutCredentials, workerCommand } from '../../domain/worker-command.ts'

const joining = {
  serverUrl: 'https://tako.example.com',
  redisUrl: 'redis://redis.example.com:6379',
  token: 'WORKER-123',
  repository: undefined,
}

describe('The line for a new worker', () => {
  it('clones, installs and joins', () => {
    const line = workerCommand({ ...joining, repository: 'https://git.example.com/tako.git' })

    expect(line).to.equal(
      'git clone https://git.example.com/tako.git tako && cd tako && npm install && npm run worker -- --server https://tako.example.com --redis redis://redis.example.com:6379 --token WORKER-123',
    )
  })

  it('says in a comment where to run it when nobody has said what to clone', () => {
    const line = workerCommand(joining)

    expect(line).to.match(/^# in a clone of Tako:\nnpm install && npm run worker -- --server/)
  })

  it('means to a shell what it says, whatever is in its parts', () => {
    const redisUrl = "redis://<user>:it's $HOME;`id`@host"
    const line =
      workerCommand({ ...joining, redisUrl })
        .split('-- ')
        .at(-1) ?? ''

    const words = execFileSync('bash', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })

    expect(words.trimEnd().split('\n')[3]).to.equal(redisUrl)
  })
})

describe('The address of a Redis', () => {
  it('is shown without who may use it', () => {
    const shown = ['redis://server:s3cret@host:6379/1', 'rediss://:p%40ss@host'].map(
      withoutCredentials,
    )

    expect(shown).to.deep.equal([
      'redis://<user>:<password>@host:6379/1',
      'rediss://<user>:<password>@host',
    ])
  })

  it('is shown as it is when everybody may use it', () => {
    expect(withoutCredentials('redis://host:6379')).to.equal('redis://host:6379')
  })
})

describe('An address is at a host', () => {
  it('with and without the usual port, in any case', () => {
    const addresses = [
      'https://tako.example.com',
      'https://TAKO.example.com:443/',
      'http://tako.example.com:80',
    ]

    expect(addresses.map((address) => isAtHost(address, ['Tako.Example.com']))).to.deep.equal([
      true,
      true,
      true,
    ])
  })

  it('and at no other, nor with another port', () => {
    const addresses = [
      'https://tako.example.com:8443',
      'https://tako.example.com.evil.example',
      'https://tako.example.com@evil.example',
      'ftp://tako.example.com',
      'tako.example.com',
      '',
    ]

    expect(
      addresses.filter((address) => isAtHost(address, ['tako.example.com', ''])),
    ).to.deep.equal([])
  })
})
