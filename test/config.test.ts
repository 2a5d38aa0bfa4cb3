import { spawnSync } from 'node:child_process'
import { expect } from 'chai'

describe('The settings', () => {
  const startWith = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['config.ts'], { env, encoding: 'utf8' })

  it('have defaults', () => {
    const { status, stderr } = startWith({ PORT: '' })

    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' })
  })

  const refused: Record<string, [value: string, line: string]> = {
    PORT: ['65536', 'PORT must be a number from 0 to 65535.'],
    HOST: ['a b', 'HOST must be a name or an address.'],
    DATABASE_URL: ['http://tako:hunter2@host', 'DATABASE_URL must be a mongodb:// address.'],
    REDIS_URL: ['host:6379', 'REDIS_URL must be a redis:// address.'],
    MASTER_KEY: ['c2hvcnQ=', 'MASTER_KEY must be 32 bytes in base64.'],
    ADMIN_USERNAME: ['an admin', 'ADMIN_USERNAME must be 1 to 50 characters without spaces.'],
    ADMIN_PASSWORD: ['short', 'ADMIN_PASSWORD must be at least 8 characters.'],
    ADMIN_API_KEY: ['API-short', "ADMIN_API_KEY must be 'API-' and 20 capitals or digits."],
    TLS_CERT: [
      '/nowhere.pem',
      'TLS_CERT must be a file that can be read and holds a PEM certificate.',
    ],
    TRUST_PROXY: [
      '10.0.0.0/99',
      'TRUST_PROXY must be addresses or networks with commas between them, such as 10.0.0.0/8,127.0.0.1.',
    ],
    LOG_LEVEL: ['loud', 'LOG_LEVEL must be fatal, error, warn, info, debug or trace.'],
    PUBLIC_URL: [
      'https://me:hunter2@host/tako',
      'PUBLIC_URL must be an address such as https://tako.example.com.',
    ],
    TAKO_PROMOTIONS_REDIS_URL: ['host', 'TAKO_PROMOTIONS_REDIS_URL must be a redis:// address.'],
    TAKO_WORKERS_REDIS_URL: ['host', 'TAKO_WORKERS_REDIS_URL must be a redis:// address.'],
    TAKO_REPOSITORY: ["'; rm", 'TAKO_REPOSITORY must be what `git clone` takes.'],
    TAKO_NODE: ['-', 'TAKO_NODE must be 1 to 50 letters, digits, dots and dashes.'],
    TAKO_NAMESPACE: ['Tako!', 'TAKO_NAMESPACE must be small letters, digits and dashes.'],
  }

  for (const [name, [value, line]] of Object.entries(refused)) {
    it(`refuse a bad ${name} in one line that does not repeat it`, () => {
      const { status, stderr } = startWith({ [name]: value })

      expect(stderr).to.equal(`${line}\n`)
      expect(status).to.equal(1)
    })
  }
})
