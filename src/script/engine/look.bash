# What is there, read once and kept. A namespace "-" is the host's own. What bears the lab's group on the host is in
# "mine", and the namespaces into which that leads are in "leads".
declare -A looked=() handle_of=() link_of=() mine=() leads=() addresses_of=() routes_of=()
routes=() mine_lines=() handles='' mine_in='' host_in='' handles_in=''

forget() {
  looked=() handle_of=() link_of=() mine=() leads=() addresses_of=() routes_of=() routes=() mine_lines=()
  unask
  handles='' legacy=() docker=() top=() chained=() marked=() copies=() gate_at=()
}

# split TEXT [SEPARATOR]: its lines, or what stands between the separators, into "lines". bash reads a pipe byte by byte, but
# not what a command hands over as a whole.
split() {
  local IFS=${2:-$'\n'}
  set -f
  # shellcheck disable=SC2206 # each line is one word
  lines=($1)
  set +f
}

# drop_lines ARRAY PATTERN, pick_lines ARRAY START: of these lines those that are not like the pattern, or those that begin so,
# without that, into "lines". In one go: a loop over a journal takes bash as long as the kernel takes for half a lab.
drop_lines() {
  local IFS=$'\n' text
  local -n from=$1
  text="${from[*]/#$2/}"
  # a line of which nothing is left is none
  split "$text"
}

pick_lines() {
  local -n of=$1
  lines=("${of[@]/#"$2"/$'\t'}")
  drop_lines lines "[!"$'\t'"]*"
  lines=("${lines[@]#?}")
}

# once KEY: true the first time that it is asked. A single word is a namespace: no other key is one.
once() {
  [[ -z ${looked[$1]:-} ]] || return 1
  looked[$1]=1
}

# inside NS: sets "at" to the words that take ip into a namespace
inside() {
  at=()
  [[ $1 == - ]] || at=(-n "$1")
}

# ask_handles PROCESS...: asks what "stat_handles" reads, and goes on meanwhile: a line "DEVICE INODE FILE" for the namespaces
# of these processes (/proc/N/ns/net), for this program's own, and for all that there is in /run/netns
ask_handles() { exec {handles_in}< <(exec stat -Lc '%d %i %n' "$@" /proc/self/ns/net /run/netns/* 2>/dev/null); }

# stat_handles PROCESS...: the same, into "handles"
stat_handles() {
  looked["all handles"]=1
  [[ -n $handles_in ]] || ask_handles "$@"
  handles=$(<"/dev/fd/$handles_in")
  exec {handles_in}<&-
  handles_in=
}

# look_handles: what there is in /run/netns. A live handle is on the device of all namespaces; anything else is dead or
# foreign.
look_handles() {
  local lines device line
  once 'names of handles' || return 0
  [[ -n ${looked["all handles"]:-} ]] || stat_handles
  device=${handles%%' /proc/self/ns/net'*}
  device=${device##*$'\n'}
  device=${device%% *}
  split "${handles#*' /proc/self/ns/net'}"
  for line in "${lines[@]}"; do
    if [[ $line == "$device "* ]]; then handle_of[${line##*/}]=nsfs; else handle_of[${line##*/}]=dead; fi
  done
}

# handle NAME: "nsfs" where a namespace has this name, "dead" where something else has, else empty, into REPLY
handle() {
  REPLY=
  [[ -e /run/netns/$1 || -L /run/netns/$1 ]] || return 0
  look_handles
  REPLY=${handle_of[$1]:-dead}
}

alive() {
  local REPLY=nsfs
  [[ $1 == - ]] || handle "$1"
  [[ $REPLY == nsfs ]]
}

# The routes of all tables are those of both families.
readonly ALL_INSIDE=$'link show\naddr show\nroute show table all'

# show NS: its links, addresses and routes, in one process. ip complains of dead handles, which it opens to name namespaces.
show() {
  local at
  inside "$1"
  exec ip "${at[@]}" -N -d -o -batch - 2>/dev/null <<<"$ALL_INSIDE"
}

# ask_host: asks what "look -" reads, and goes on meanwhile
ask_host() { exec {host_in}< <(show -); }

look() { # NS
  once "$1" || return 0
  alive "$1" || return 0
  if [[ $1 != - ]]; then
    keep_looked "$1" "$(show "$1")"
    return
  fi
  [[ -n $host_in ]] || ask_host
  keep_looked - "$(<"/dev/fd/$host_in")"
  exec {host_in}<&-
  host_in=
  [[ -n ${link_of['- lo']:-} ]] || blind
}

# unask: nobody reads what was asked
unask() {
  [[ -z $host_in ]] || exec {host_in}<&-
  [[ -z $handles_in ]] || exec {handles_in}<&-
  host_in='' handles_in=''
}

# keep_looked NS TEXT: what ip said of it
keep_looked() {
  local lines line rest name
  split "$2"
  for line in "${lines[@]}"; do
    case $line in
    [0-9]*': '*': <'*) keep_link "$1" "$line" ;;
    # the kernel's own routes, which of a namespace nobody asks for
    *' table 255 '*) [[ $1 != - ]] || keep_route - "$line" ;;
    [0-9]*': '*' inet'*)
      rest=${line#*: }
      name=${rest%% *}
      rest=${rest#* inet}
      rest=${rest#* }
      addresses_of["$1 $name"]+=" ${rest%% *} "
      ;;
    *) keep_route "$1" "$line" ;;
    esac
  done
}

# ask_mine: asks what "look_mine" reads, and goes on meanwhile. The last line says that all was shown: bash does not tell
# for sure how such a process ended.
ask_mine() { exec {mine_in}< <(ip -N -o link show group "$group" 2>/dev/null && echo shown); }

# look_mine: of the host only what bears the lab's group, where not all has been seen
look_mine() {
  local lines=() line
  [[ -z ${looked[-]:-} ]] && once 'marked links' || return 0
  [[ -n $mine_in ]] || ask_mine
  split "$(<"/dev/fd/$mine_in")"
  exec {mine_in}<&-
  mine_in=''
  if [[ ${lines[-1]:-} == shown ]]; then unset 'lines[-1]'; else blind; fi
  mine_lines=("${lines[@]}")
  lines=("${lines[@]/<*/}")
  lines=("${lines[@]#*: }")
  for line in "${lines[@]%%[:@]*}"; do mine[$line]=1; done
}

# look_leads: where what "look_mine" saw leads
look_leads() {
  local line
  look_mine
  # without details it is the last word
  for line in "${mine_lines[@]}"; do [[ $line != *' link-netns '* ]] || leads[${line##* }]=1; done
  mine_lines=()
}

# blind: ip does not tell what is there
blind() {
  faults+=('ip does not show the links of this host')
  [[ $(ip -V 2>&1) == *iproute2* ]] ||
    faults=("the command ip is not that of iproute2 (BusyBox has a smaller one): install the package iproute2")
  refuse_faults
}

# of every kind that makes links
seen_up() { # NS DEVICE
  look "$1"
  REPLY=absent
  [[ ${link_of["$1 $2"]:-} != *[\<,]UP[,\>]* ]] || REPLY=present
}

# is_like LINK-LINE MAC MTU: true where it has both
is_like() { [[ $1 == *" mtu $3 "*" $2 "* ]]; }

# is_end NS DEVICE PEER-LINE MAC MTU: true where that is the other end of this link, with this address and this MTU: what is
# too long for one of the ends is lost without a word
is_end() {
  local line
  look "$1"
  line="${link_of["$1 $2"]:-} "
  # "7: eth0@if6: <...>", and in the other namespace the other way round
  [[ $line == [0-9]* && ${3#*: } == *"@if${line%%:*}: "* ]] && is_like "$line" "$4" "$5"
}

# takes_name NS DEVICE: true where a namespace of this lab has something of this name
takes_name() {
  look "$1"
  [[ -n ${link_of["$1 $2"]:-} ]] && owns_netns "$1"
}

keep_link() { # NS LINE
  local name=${2#*: }
  link_of["$1 ${name%%[:@]*}"]=$2
  [[ $1 == - && $2 == *" group $group "* ]] || return 0
  mine[${name%%[:@]*}]=1
  [[ $name != *' link-netns '* ]] || { name=${name#* link-netns } && leads[${name%% *}]=1; }
}

# keep_route NS LINE: the line begins with the type of the route, as a number (RTN_... in linux/rtnetlink.h)
keep_route() {
  local type=${2%% *} line="${2#* } " family=4 table
  # each route over IPv6 has a preference, and no other has
  [[ $line != *' pref '* ]] || family=6
  table=${line#* table }
  table=${table%% *}
  # 255 is the kernel's own
  [[ $table == 255 ]] || routes_of["$1 $family $table ${line%% *}"]+="$type ${line/ table $table / }"$'\n'
  # not those that the kernel makes of addresses: local, broadcast, anycast, multicast
  [[ $1 != - || $type == [2-5] ]] || routes+=("$family $line")
}

# owns_netns NAME: a link of this lab leads into it, or its loopback bears the lab's group, or the
# journal has it and it is as new
owns_netns() {
  look_leads
  [[ -z ${leads[$1]:-} ]] || return 0
  look "$1"
  local loopback=${link_of["$1 lo"]:-}
  [[ $loopback != *" group $group "* ]] || return 0
  in_journal "undo ip netns del $1" && [[ $loopback == *' group 0 '* && $loopback != *'UP'* ]]
}
