# of the kinds guard, gate, filter and policy
seen_filter() { # NS|- TOOL ACTION CHAIN SPEC...
  if [[ $1 != - ]]; then
    seen_inside "$@"
  elif [[ $3 == -N ]]; then
    REPLY=absent
    ! has_chain "$2" "$4" || REPLY=present
  else
    seen_marked "$2" filter "${@:4}"
    [[ $REPLY == present || $4 != FORWARD ]] || seen_marked "$2" filter DOCKER-USER "${@:5}"
  fi
}

# seen_inside NS TOOL ACTION CHAIN WORDS...: a rule of a namespace, or the policy of a chain there
seen_inside() {
  local family have pattern
  look_inside "$1" "$2"
  have=${filter_of["$1 $2"]:-}
  if ! uses_nft; then
    pattern=$'\n'"-A ${*:4}"$'\n'
    [[ $3 != -P ]] || pattern=$'\n'":$4 $5 ["
  elif [[ $3 == -P ]]; then
    # older ones write the number
    have=${have//priority 0;/priority filter;}
    pattern="hook ${4,,} priority filter; policy ${5,,};"
  else
    family_of "$2"
    nft_id "$family filter ${*:4}"
    pattern=" $REPLY\""
  fi
  REPLY=absent
  [[ $have != *"$pattern"* ]] || REPLY=present
}

# look_inside NS TOOL: its table filter, or that of this lab by nft, into "filter_of", as the tool shows it
declare -gA filter_of=()
look_inside() {
  local text family
  once "filter $1 $2" || return 0
  alive "$1" || return 0
  if uses_nft; then
    family_of "$2"
    text=$(ip netns exec "$1" nft list table "$family" "netloom-$lab" 2>/dev/null) || return 0
  else
    text=$(ip netns exec "$1" "$2-save" -t filter 2>/dev/null) || return 0
    text=${text//\"/}
  fi
  filter_of["$1 $2"]=$'\n'${text// $'\n'/$'\n'}$'\n'
}
