# look_policies NS FAMILY: its rules of policy routing, a line each, into "policies_of"
declare -A policies_of=()
look_policies() {
  local at
  once "policies $1 $2" || return 0
  alive "$1" || return 0
  inside "$1"
  policies_of["$1 $2"]=$'\n'"$(ip "${at[@]}" "-$2" -N -o rule show 2>/dev/null)"$'\n' || true
}

seen_rule() { # NS FAMILY PRIORITY SELECTOR...
  look_policies "$1" "$2"
  REPLY=absent
  [[ ${policies_of["$1 $2"]:-} != *$'\n'"$3:"$'\t'"${*:4}"$'\n'* ]] || REPLY=present
}
