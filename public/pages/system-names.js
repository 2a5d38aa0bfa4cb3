const NAMES = `Octopus.Action.Name Octopus.Action.Number Octopus.Channel.Name Octopus.Deployment.Comments
Octopus.Deployment.Created Octopus.Deployment.CreatedBy.DisplayName Octopus.Deployment.CreatedBy.Username
Octopus.Deployment.Error Octopus.Deployment.Id Octopus.Deployment.Name Octopus.Environment.Id Octopus.Environment.Name
Octopus.Environment.Slug Octopus.Project.Id Octopus.Project.Name Octopus.Project.Slug Octopus.ProjectGroup.Name
Octopus.Release.Channel.Name Octopus.Release.CurrentForEnvironment.Number Octopus.Release.Id Octopus.Release.Notes
Octopus.Release.Number Octopus.Release.PreviousForEnvironment.Number Octopus.Space.Id Octopus.Space.Name
Octopus.Step.Name Octopus.Step.Number Octopus.Task.Id Octopus.Task.Name Octopus.Web.DeploymentLink
Octopus.Web.ProjectLink Octopus.Web.ReleaseLink Octopus.Web.ServerUri`

/** Variables that Tako gives to every script, for completion. */
export const systemNames = NAMES.split(/\s+/).map((name) => ({ name, detail: 'from Tako' }))
