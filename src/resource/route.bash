# Of one destination a table has a route for each metric. On the host any of another one is in the way.
seen_route() { # NS FAMILY DESTINATION GATEWAY|- DEVICE|- [TABLE METRIC TYPE]
  local have
  find_route "$@"
  REPLY=foreign
  if [[ -z $have ]]; then
    REPLY=absent
  elif [[ $have == *' proto 78 '* ]]; then
    REPLY=different
    [[ $have == "${8:-1} "* ]] || return 0
    [[ $4 == - || $have == *" via $4 "* ]] || return 0
    [[ $5 == - || $have == *" dev $5 "* ]] || return 0
    REPLY=present
  fi
}

# find_route, as "seen_route": what stands there, into "have"
find_route() {
  local key=${3%/32} metric=${7:-} lines line
  if [[ -z $metric && $1 != - ]]; then
    metric=0
    (($2 == 4)) || metric=1024
  fi
  have=
  look "$1"
  split "${routes_of["$1 $2 ${6:-254} ${key%/128}"]:-}"
  for line in "${lines[@]}"; do
    [[ -z $metric || $line == *" metric $metric "* ]] || [[ $metric == 0 && $line != *' metric '* ]] || continue
    have=$line
    return 0
  done
}

# instead_route, as "seen_route": the route that stands in its place
instead_route() {
  local have words=() type=()
  find_route "$@"
  case ${have%% *} in
  6) type=(blackhole) ;;
  7) type=(unreachable) ;;
  8) type=(prohibit) ;;
  esac
  [[ $have != *' metric '* ]] || { read -ra words <<<"${have#* metric }" && words=(metric "${words[0]}"); }
  # a default route does not tell its family
  remove_first "-$2" "$1" route del "${type[@]}" "$3" "${words[@]}" table "${6:-254}" proto 78
}
