import { expect } from 'chai'
import {
  hasAnyIn,
  isPermission,
  mayDo,
  permissions,
  spacesWith,
  viewOf,
} from '#domain/permissions.ts'
import { builtInRoles, faultsOfRole, grantsOf, memberRoleIds } from '#domain/roles.ts'

const inSpace = (SpaceId: string | null, ...ids: string[]) =>
  ids.map((id) => ({ UserRoleId: `userroles-${id}`, SpaceId }))

describe('Permissions', () => {
  it('apply to a space, to the server, or to both', () => {
    expect(permissions.EnvironmentView).to.include({
      CanApplyAtSpaceLevel: true,
      CanApplyAtSystemLevel: false,
    })
    expect(permissions.UserEdit).to.include({
      CanApplyAtSpaceLevel: false,
      CanApplyAtSystemLevel: true,
    })
    expect(permissions.TaskView).to.include({
      CanApplyAtSpaceLevel: true,
      CanApplyAtSystemLevel: true,
    })
  })

  it('name what one needs to see the same thing', () => {
    expect(viewOf('DeploymentCreate')).to.equal('DeploymentView')
    expect(viewOf('BuiltInFeedPush')).to.equal('FeedView')
    expect(viewOf('DefectReport')).to.equal('ReleaseView')
    expect(viewOf('InterruptionSubmit')).to.equal('InterruptionView')
    expect(viewOf('PromotionApprove')).to.equal('PromotionView')
    expect(viewOf('TrustEdit')).to.equal('TrustView')
    expect(viewOf('EnvironmentView')).to.equal('EnvironmentView')
    expect(viewOf('ConfigureServer')).to.equal('ConfigureServer')
  })

  it('are told from other words, those of every object included', () => {
    expect(isPermission('TaskView')).to.equal(true)
    expect(isPermission('constructor')).to.equal(false)
  })
})

describe('Roles', () => {
  it('have ids and names of their own', () => {
    const ids = builtInRoles.map(({ Id }) => Id)
    expect(new Set(ids).size).to.equal(ids.length)
    expect(ids).to.include.members([...memberRoleIds, 'userroles-spacemanager'])
  })

  it('grant permissions only where these can apply', () => {
    expect(builtInRoles.flatMap(faultsOfRole)).to.deep.equal([])
  })

  it('cannot grant what is no permission there', () => {
    const faults = faultsOfRole({
      GrantedSpacePermissions: ['UserEdit', 'Nonsense'],
      GrantedSystemPermissions: ['EnvironmentEdit', 'SpaceEdit'],
    })
    expect(faults).to.have.length(3)
  })

  it('let a member of a space see, edit, release, deploy and cancel there', () => {
    const held = memberRoleIds.map((UserRoleId) => ({ UserRoleId, SpaceId: 'Spaces-1' }))
    const grants = grantsOf(held, builtInRoles)

    const can = (name: string) => mayDo(grants, name, 'Spaces-1')
    for (const name of [
      ...['EnvironmentView', 'LifecycleView', 'ProjectView', 'ProjectGroupView', 'ProcessView'],
      ...['ReleaseView', 'DeploymentView', 'TaskView', 'EventView', 'FeedView', 'VariableView'],
      ...['MachinePolicyView', 'TeamView', 'LibraryVariableSetView', 'ArtifactView'],
      ...['ProcessEdit', 'ProjectEdit', 'VariableEdit', 'ReleaseCreate', 'DeploymentCreate'],
      ...['TaskCancel', 'TaskCreate', 'DefectReport', 'WorkerView'],
    ])
      expect(can(name), name).to.equal(true)
    for (const name of [
      'EnvironmentEdit',
      'ProjectCreate',
      'ProjectDelete',
      'LifecycleEdit',
      'WorkerEdit',
    ])
      expect(can(name), name).to.equal(false)
    expect(grants.system).to.deep.equal([])
  })
})

describe('Promotion', () => {
  const may = (role: string) => (name: string) =>
    mayDo(grantsOf(inSpace('Spaces-1', role), builtInRoles), name, 'Spaces-1')
  const all = ['TrustView', 'TrustEdit', 'PromotionView', 'PromotionCreate', 'PromotionImport']

  it('is altogether in the hands of who manages a space', () => {
    for (const name of [...all, 'PromotionApprove'])
      expect(may('spacemanager')(name), name).to.equal(true)
  })

  it('is started by who deploys, and looked at by who manages environments', () => {
    for (const role of ['projectdeployer', 'deploymentcreator'])
      expect(all.filter(may(role))).to.deep.equal(['PromotionView', 'PromotionCreate'])
    expect(all.filter(may('environmentmanager'))).to.deep.equal(['PromotionView'])
    expect(all.filter(may('projectviewer'))).to.deep.equal([])
  })
})

describe('Grants', () => {
  it('reach no further than their space', () => {
    const grants = grantsOf(inSpace('Spaces-1', 'spacemanager'), builtInRoles)
    expect(mayDo(grants, 'EnvironmentEdit', 'Spaces-1')).to.equal(true)
    expect(mayDo(grants, 'EnvironmentEdit', 'Spaces-2')).to.equal(false)
    expect(mayDo(grants, 'TaskView')).to.equal(false)
    expect(hasAnyIn(grants, 'Spaces-2')).to.equal(false)
    expect(hasAnyIn(grants, 'constructor')).to.equal(false)
    expect(spacesWith(grants, 'TaskView')).to.deep.equal(['Spaces-1'])
  })

  it('of an administrator open no space', () => {
    const grants = grantsOf(inSpace(null, 'systemadministrator'), builtInRoles)
    expect(mayDo(grants, 'SpaceCreate')).to.equal(true)
    expect(mayDo(grants, 'TaskView', 'Spaces-1')).to.equal(false)
    expect(hasAnyIn(grants, 'Spaces-1')).to.equal(false)
  })

  it('of several roles add up', () => {
    const held = [
      ...inSpace('Spaces-1', 'projectviewer', 'taskcanceller', 'unknown'),
      ...inSpace('Spaces-2', 'packagepublisher'),
    ]
    const grants = grantsOf(held, builtInRoles)
    expect(mayDo(grants, 'TaskCancel', 'Spaces-1')).to.equal(true)
    expect(mayDo(grants, 'BuiltInFeedPush', 'Spaces-1')).to.equal(false)
    expect(Object.keys(grants.spaces)).to.deep.equal(['Spaces-1', 'Spaces-2'])
  })

  it('of a role narrowed to projects are not those of the whole role', () => {
    const [role] = inSpace('Spaces-1', 'projectlead')
    const held = role ? [{ ...role, ProjectIds: ['Projects-1'] }] : []
    expect(hasAnyIn(grantsOf(held, builtInRoles), 'Spaces-1')).to.equal(false)
  })
})
