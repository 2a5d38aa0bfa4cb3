#!/usr/bin/env bash
# Your first deployment, with nothing but curl: makes a project with one step, creates a release,
# deploys it to the first environment, which is made where there is none, and prints the log.
#
#   TAKO_URL=http://localhost:8065 API_KEY=API-… ./deploy.sh
set -euo pipefail
url=${TAKO_URL:-http://localhost:8065}/api
name=${PROJECT_NAME:-Hello}

ask() { # METHOD PATH [JSON]: the answer's JSON; a refusal ends the script with what was said
  local answer
  if ! answer=$(curl --silent --show-error --fail-with-body --request "$1" "$url/$2" \
    --header "X-Octopus-ApiKey: $API_KEY" --header 'Content-Type: application/json' \
    ${3:+--data "$3"}); then
    printf '%s\n' "$answer" >&2
    return 1
  fi
  printf '%s\n' "$answer"
}
field() { # NAME: the first field of this name in the JSON that comes in
  local json
  json=$(cat)
  [[ $json =~ \"$1\":\"([^\"]*)\" ]] && printf '%s\n' "${BASH_REMATCH[1]}"
}
finished() { # TASK
  local task
  task=$(ask GET "tasks/$1") || exit 1
  [[ $task == *'"IsCompleted":true'* ]]
}

# Every space has a lifecycle and a project group to begin with.
lifecycle=$(ask GET 'lifecycles?take=1' | field Id)
group=$(ask GET 'projectgroups?take=1' | field Id)

environments=$(ask GET 'environments?take=1')
environment=$(field Id <<< "$environments" || ask POST environments '{"Name":"Test"}' | field Id)
project=$(ask POST projects "{\"Name\":\"$name\",\"LifecycleId\":\"$lifecycle\",\"ProjectGroupId\":\"$group\"}" | field Id)

ask PUT "projects/$project/deploymentprocesses" '{
  "Steps": [{
    "Name": "Say hello",
    "Actions": [{
      "Name": "Say hello",
      "ActionType": "Octopus.Script",
      "Properties": {
        "Octopus.Action.RunOnServer": "true",
        "Octopus.Action.Script.Syntax": "Bash",
        "Octopus.Action.Script.ScriptBody": "echo \"Hello from #{Octopus.Environment.Name}, release #{Octopus.Release.Number}\""
      }
    }]
  }]
}' > /dev/null

release=$(ask POST releases "{\"ProjectId\":\"$project\",\"Version\":\"1.0.0\"}" | field Id)
task=$(ask POST deployments "{\"ReleaseId\":\"$release\",\"EnvironmentId\":\"$environment\"}" | field TaskId)

until finished "$task"; do sleep 0.2; done
ask GET "tasks/$task/raw"
