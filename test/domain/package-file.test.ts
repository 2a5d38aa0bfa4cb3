import { expect } from 'chai'
import { faultOfPackage, packageFileOf } from '#domain/package-file.ts'

describe('The name of a package file', () => {
  const cases: [name: string, id: string, version: string, extension: string][] = [
    ['Hello.1.0.0.zip', 'Hello', '1.0.0', '.zip'],
    ['Acme.Web.1.2.3-beta.zip', 'Acme.Web', '1.2.3-beta', '.zip'],
    ['Acme.Web.1.2.3-rc.1.tar.gz', 'Acme.Web', '1.2.3-rc.1', '.tar.gz'],
    ['Acme.3D.Tools.2.0.nupkg', 'Acme.3D.Tools', '2.0', '.nupkg'],
    ['log4j.2.JAR', 'log4j', '2', '.jar'],
    ['a.1.2.3.4+build.5.tgz', 'a', '1.2.3.4+build.5', '.tgz'],
    ['x.1.2.3.4.5.tar.bz2', 'x.1', '2.3.4.5', '.tar.bz2'],
    ['my-app_2.0.1.tar', 'my-app_2', '0.1', '.tar'],
  ]
  for (const [name, PackageId, Version, FileExtension] of cases) {
    it(`${name} is ${PackageId} in the version ${Version}`, () => {
      expect(packageFileOf(name)).to.deep.equal({ PackageId, Version, FileExtension })
    })
  }

  for (const [name, fault] of [
    ['Hello.1.0.0.exe', 'its name must end with one of .tar.gz'],
    ['Hello.zip', 'names no version'],
    ['Hello.1.0.0', 'its name must end with'],
    ['.1.0.0.zip', 'The package id'],
    ['a b.1.0.0.zip', 'The package id'],
    [`${'a'.repeat(101)}.1.0.zip`, 'at most 100 characters'],
    [`a.1.0-${'b'.repeat(200)}.zip`, 'at most 200 characters'],
    ['', 'is no package'],
  ] as const) {
    it(`cannot be ${JSON.stringify(name.slice(0, 30))}`, () => {
      expect(packageFileOf(name)).to.be.a('string').that.contains(fault)
    })
  }

  it('says what is wrong with an id and a version', () => {
    expect(faultOfPackage({ PackageId: 'Hello', Version: 'latest' })).to.contain("'latest' is no")
    expect(faultOfPackage({ PackageId: '../x', Version: '1.0' })).to.contain('The package id')
    expect(faultOfPackage({ PackageId: 'Hello', Version: '1.0' })).to.equal(null)
  })
})
