# What is there, read once and kept. A namespace "-" is the host's own.
declare -A looked=() handle_of=() link_of=() leads=() addresses_of=() routes_of=()
routes=() lab_links=0

forget() {
  looked=() handle_of=() link_of=() leads=() addresses_of=() routes_of=() routes=() lab_links=0
  legacy=() docker=() top=() copies=()
}

# once KEY: true the first time that it is asked
once() {
  [[ -z ${looked[$1]:-} ]] || return 1
  looked[$1]=1
}

# inside NS: sets "at" to the words that take ip into a namespace
inside() {
  at=()
  [[ $1 == - ]] || at=(-n "$1")
}

# handle NAME: of what file system the handle of a namespace is, into REPLY; empty where there is none. A live one is
# of nsfs; anything else in /run/netns is dead or foreign.
handle() {
  local name type
  REPLY=
  [[ -e /run/netns/$1 || -L /run/netns/$1 ]] || return 0
  if once handles; then
    while read -r name type; do
      handle_of[${name##*/}]=$type
    done < <(stat -fc '%n %T' /run/netns/* 2>/dev/null)
  fi
  REPLY=${handle_of[$1]:-nothing}
}

alive() {
  local REPLY=nsfs
  [[ $1 == - ]] || handle "$1"
  [[ $REPLY == nsfs ]]
}

# look NS: its links, addresses and routes, in one process. The routes of all tables are those of both families.
look() {
  local at line rest name
  once "$1" || return 0
  alive "$1" || return 0
  inside "$1"
  # ip complains of dead handles, which it opens to name namespaces
  while read -r line; do
    case $line in
    [0-9]*': '*': <'*) keep_link "$1" "$line" ;;
    [0-9]*': '*' inet'*)
      rest=${line#*: }
      name=${rest%% *}
      rest=${rest#* inet}
      rest=${rest#* }
      addresses_of["$1 $name"]+=" ${rest%% *} "
      ;;
    *) keep_route "$1" "$line" ;;
    esac
  done < <(printf '%s\n' 'link show' 'addr show' 'route show table all' | ip "${at[@]}" -N -d -o -batch - 2>/dev/null)
  [[ $1 != - || -n ${link_of['- lo']:-} ]] || blind
}

# blind: ip does not tell what is there
blind() {
  faults+=('ip does not show the links of this host')
  [[ $(ip -V 2>&1) == *iproute2* ]] ||
    faults=("the command ip is not that of iproute2 (BusyBox has a smaller one): install the package iproute2")
  refuse_faults
}

keep_link() { # NS LINE
  local line=$2 name=${2#*: }
  name=${name%%:*}
  name=${name%%@*}
  link_of["$1 $name"]=$line
  [[ $1 == - && $line == *" group $group "* ]] || return 0
  lab_links=$((lab_links + 1))
  [[ $line != *' link-netns '* ]] || { line=${line#* link-netns } && leads[${line%% *}]=1; }
}

# keep_route NS LINE: the line begins with the type of the route, as a number (RTN_... in linux/rtnetlink.h)
keep_route() {
  local type=${2%% *} line="${2#* } " family=4
  # each route over IPv6 has a preference, and no other has
  [[ $line != *' pref '* ]] || family=6
  [[ $line != *' table 254 '* ]] || routes_of["$1 $family ${line%% *}"]+="${line/ table 254 / }"$'\n'
  # not those that the kernel makes of addresses: local, broadcast, anycast, multicast
  [[ $1 != - || $type == [2-5] ]] || routes+=("$family $line")
}

# owns_netns NAME: a link of this lab leads into it, or its loopback bears the lab's group, or the
# journal has it and it is as new
owns_netns() {
  look -
  [[ -z ${leads[$1]:-} ]] || return 0
  look "$1"
  local loopback=${link_of["$1 lo"]:-}
  [[ $loopback != *" group $group "* ]] || return 0
  [[ -n ${journaled["undo ip netns del $1"]:-} && $loopback == *' group 0 '* && $loopback != *'UP'* ]]
}
