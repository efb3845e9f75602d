# of the kinds guard, gate, filter and policy
seen_filter() { # NS|- TOOL ACTION CHAIN SPEC...
  if [[ $1 != - ]]; then
    seen_inside "$@"
  elif [[ $3 == -N ]]; then
    look_rules "$2"
    REPLY=absent
    [[ -z ${chained["$2 filter $4"]:-} ]] || REPLY=present
  else
    seen_marked "$2" filter "${@:4}"
    [[ $REPLY == present || $4 != FORWARD ]] || seen_marked "$2" filter DOCKER-USER "${@:5}"
  fi
}

# seen_inside NS TOOL ACTION CHAIN WORDS...: a rule of a namespace, or the policy of a chain there
seen_inside() {
  look_inside "$1" "$2"
  REPLY=absent
  if [[ $3 == -P ]]; then
    [[ ${filter_of["$1 $2"]:-} != *$'\n'":$4 $5 ["* ]] || REPLY=present
  else
    [[ ${filter_of["$1 $2"]:-} != *$'\n'"-A ${*:4}"$'\n'* ]] || REPLY=present
  fi
}

# look_inside NS TOOL: its table filter, into "filter_of", a line each as the tool shows it
declare -gA filter_of=()
look_inside() {
  local text
  once "filter $1 $2" || return 0
  alive "$1" || return 0
  text=$(ip netns exec "$1" "$2-save" -t filter 2>/dev/null) || return 0
  text=${text//\"/}
  filter_of["$1 $2"]=$'\n'${text// $'\n'/$'\n'}$'\n'
}
