#!/usr/bin/env bash
# The lab export on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/web
#   veth pair veth-web <-> host/web eth0
#   address 10.0.80.2/24 of host/web eth0
#   address 169.254.1.1/32 of host veth-web
#   route of host/web to default by 169.254.1.1
#   route of host to 10.0.80.2/32 on veth-web
#   IPv4 forwarding on host
#   rule of host: forward IPv4 to veth-web
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/export, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=export group=744403919
readonly tools=(ip iptables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('web')
  # a namespace: interfaces, routes and rules of its own
  step netns web \
    :: ip netns add web \
    :: ip netns del web
  # its loopback up, marked as of this lab
  step loopback web \
    :: ip -n web link set dev lo group 744403919 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-web web eth0 02:53:ec:43:fc:42 02:ea:5c:56:c4:5b 1500 \
    :: ip link add dev veth-web address 02:53:ec:43:fc:42 group 744403919 type veth peer name eth0 address 02:ea:5c:56:c4:5b netns web \
    :: ip link del dev veth-web
  # the end on the host up
  step up - veth-web \
    :: ip link set dev veth-web up
  # the end inside up
  step up web eth0 \
    :: ip -n web link set dev eth0 up

  # ip('10.0.80.2/24')
  # the address, on the end inside
  step address web eth0 10.0.80.2/24 \
    :: ip -n web addr add 10.0.80.2/24 dev eth0

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-web 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-web
  # the way out: where all else goes
  step route web 4 default 169.254.1.1 eth0 \
    :: ip -n web route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the way to 10.0.80.2
  step route - 4 10.0.80.2/32 - veth-web \
    :: ip route add 10.0.80.2/32 dev veth-web proto 78 \
    :: ip route del 10.0.80.2/32 dev veth-web proto 78

  # allowForward({ direction: 'in' })
  # the host forwards IPv4; what stood there is kept for down
  step forwarding 4 \
    :: sysctl -w net.ipv4.ip_forward=1
  # what is for the namespace passes
  step accept iptables -o veth-web \
    :: iptables -w 5 -t filter -A FORWARD -o veth-web -m comment --comment netloom:export -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-web -m comment --comment netloom:export -j ACCEPT
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"export","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"web","call":"ns('web')"},
{"kind":"veth","host":"host","namespace":"web","hostEnd":"veth-web","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"web","device":"eth0","cidr":"10.0.80.2/24","call":"ip('10.0.80.2/24')"},
{"kind":"address","host":"host","device":"veth-web","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"web","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.80.2/32","device":"veth-web","call":"routeBothWays()"},
{"kind":"forwarding","host":"host","family":4,"call":"allowForward({ direction: 'in' })"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-web","call":"allowForward({ direction: 'in' })"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

asking='' locked=''

# ask_lock: asks for the lock, and goes on meanwhile
ask_lock() {
  command -v flock >/dev/null || return 0
  exec 9</proc/self/ns/net
  flock -n 9 >/dev/null 2>&1 &
  asking=$!
}

# has_lock: true where it was asked for, and nobody else had it
has_lock() {
  [[ -z $asking ]] || ! wait "$asking" || locked=1
  asking=
  [[ -n $locked ]]
}

# take_lock SECONDS: one run at a time on a host. The lock is on the host's network namespace itself: it holds
# whatever /run a program sees, it leaves no file behind, and it ends with its holder.
take_lock() {
  ! has_lock || return 0
  command -v flock >/dev/null || return 0
  exec 9</proc/self/ns/net
  flock -w "$1" 9
}

# feed COMMAND...: gives it "text"; what it complains of is in "said". What a pipe holds (64 KiB on Linux) takes one process,
# and is not written to a file.
feed() {
  if ((${#text} < 60000)); then
    said=$(exec "$@" 2>&1 >/dev/null <<<"${text%$'\n'}")
  else
    said=$(printf '%s\n' "${text%$'\n'}" | "$@" 2>&1 >/dev/null)
  fi
}

# feed_on COMMAND...: the same, but its input ends later: when there is something to read from "until", or soon after. What
# nftables has deleted it frees later, and the end of who deleted it waits for that, with a lock that the removal of links
# takes as well (nft_rcv_nl_event of net/netfilter/nf_tables_api.c).
feed_on() { said=$({ printf '%s\n' "${text%$'\n'}" && { read -r -t 0.05 -u "$until" _ || true; }; } | "$@" 2>&1 >/dev/null); }

complain() { printf 'netloom: %s\n' "$*" >&2; }

# what a missing tool's package is called on Debian and on most others
package_of() {
  case $1 in
  ip) echo iproute2 ;;
  ip6tables) echo iptables ;;
  nft) echo nftables ;;
  stat | mkdir | rmdir | rm | mv | cp | cksum | readlink | sleep) echo coreutils ;;
  *) echo "$1" ;;
  esac
}

# takes_rules: true for a plan that has any
takes_rules() { [[ " ${tools[*]} " == *tables\ * ]]; }

# find_missing: tools that this machine lacks, into "faults"
find_missing() {
  local tool
  for tool in stat mkdir rmdir rm mv cp cksum readlink sleep "${tools[@]}"; do
    # rules take one of two
    if [[ $tool == ip*tables ]]; then
      [[ $firewall != nft ]] || tool=nft
      [[ -n $firewall ]] || ! command -v nft >/dev/null || continue
    fi
    command -v "$tool" >/dev/null || faults+=("the tool $tool is missing: install the package $(package_of "$tool")")
  done
}

# has_powers: true where it has the capabilities that it takes
has_powers() {
  local capabilities=0
  [[ ! $(</proc/self/status) =~ CapEff:[[:blank:]]*([0-9a-f]+) ]] || capabilities=$((16#${BASH_REMATCH[1]}))
  # CAP_NET_ADMIN is bit 12, CAP_SYS_ADMIN bit 21 (capability.h)
  ((capabilities >> 12 & capabilities >> 21 & 1))
}

# find_powers: the same, into "faults" where they are missing
find_powers() {
  has_powers || {
    faults+=("it takes CAP_NET_ADMIN and CAP_SYS_ADMIN to make namespaces: run it as root (sudo), or in a sandbox")
    return 1
  }
}

# try_veth: what this system does not allow, found by doing it, in a namespace that is gone at once; says what went wrong
try_veth() {
  ! command -v unshare >/dev/null || unshare -n ip link add name probe type veth peer name peer 2>&1 || echo 'refused'
}

# find_refusals SAID: what "try_veth" said, into "faults"
find_refusals() {
  case $1 in
  '') ;;
  *'type'* | *'not supported'*)
    faults+=("this kernel ($(</proc/sys/kernel/osrelease)) has no veth: the module is not built, or gone with an update (reboot)") ;;
  *) faults+=("a network namespace cannot be made here, in spite of the capabilities: ${1%?refused}") ;;
  esac
}

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

# What nft has. Of this lab's rules "FAMILY TABLE CHAIN HANDLE" by their numbers, and the last of each chain; all tables; of all chains
# how many rules they hold; of those that no lab made what may drop in them, and where they lead.
declare -A nft_at=() nft_last=() nft_tables=() nft_rules=() nft_drops=() nft_leads=() nft_owned=() nft_places=() nft_tool=()
nft_ids=() nft_bases=() nft_blind='' listing=''

forget_nft() { nft_at=() nft_last=() nft_tables=() nft_rules=() nft_drops=() nft_leads=() nft_owned=() nft_places=() nft_tool=() nft_ids=() nft_bases=(); }

# can_have_nft: false where the kernel cannot have a table of nft: the module is neither loaded nor built in. nft would load it.
can_have_nft() {
  local built
  command -v nft >/dev/null || return 1
  [[ -r /proc/modules && $'\n'$(</proc/modules) != *$'\n''nf_tables '* ]] || return 0
  built=/lib/modules/$(</proc/sys/kernel/osrelease)/modules.builtin
  [[ ! -r $built || $(<"$built") == */nf_tables.ko* ]]
}

# list_nft: without counters and without what sets hold; an older nft cannot leave that away. Its last line says that it is whole.
list_nft() {
  if nft -a -s -t list ruleset 2>/dev/null || nft -a list ruleset 2>/dev/null; then echo '# whole'; fi
}

# list_ahead: begins to look, beside all else
list_ahead() { [[ $firewall == iptables ]] || ! can_have_nft || exec {listing}< <(list_nft); }

# end_listing: nobody asks for what "list_ahead" began
end_listing() {
  [[ -n $listing ]] || return 0
  exec {listing}<&-
  listing=
}

# look_nft_again: what was seen is not so any more
look_nft_again() { unset 'looked[all of nft]' 'looked[places ip]' 'looked[places ip6]'; }

look_nft() {
  local lines=() line words family='' table='' chain='' dormant='' strange='' mark
  once 'all of nft' || return 0
  forget_nft
  if [[ -n $listing ]]; then
    split "$(<"/dev/fd/$listing")"
    end_listing
  elif can_have_nft; then
    split "$(list_nft)"
  else
    lines=('# whole')
  fi
  nft_blind=1
  ((${#lines[@]} == 0)) || [[ ${lines[-1]} != '# whole' ]] || nft_blind=
  for line in "${lines[@]}"; do
    case $line in
    'table '*)
      read -r _ family table _ <<<"$line"
      nft_tables["$family $table"]=1
      dormant='' strange=1
      [[ $table != netloom-* ]] || strange=
      ;;
    $'\tflags '*)
      [[ $line != *dormant* ]] || dormant=1
      [[ $line != *owner* ]] || nft_owned["$family $table"]=1
      ;;
    $'\tchain '*)
      read -r _ chain _ <<<"$line"
      chain="$family $table $chain"
      nft_rules[$chain]=0
      ;;
    # of others, such as a set
    $'\t'[!$'\t']*) chain= ;;
    $'\t\ttype filter hook '*)
      [[ -n $chain && -n $strange && -z $dormant && $family == @(ip|ip6|inet) ]] || continue
      read -ra words <<<"$line"
      nft_bases+=("${words[3]} $chain")
      [[ $line != *'policy drop;'* ]] || nft_drops[$chain]=1
      ;;
    # a part of iptables that this nft cannot read
    $'\t\t'*'XT target '*) [[ -z $chain ]] || nft_drops[$chain]=1 ;;
    $'\t\t'*' # handle '*)
      [[ -n $chain ]] || continue
      nft_rules[$chain]=$((${nft_rules[$chain]} + 1))
      mark=${line##* comment \"netloom:}
      if [[ $mark == "$line" ]]; then
        [[ -z $strange ]] || judge_rule "$chain" "${line% # handle *}"
      elif [[ $mark == "$lab "*'" # handle '* ]]; then
        nft_last[$chain]=${line##* }
        mark=${mark#* }
        mark=${mark%%\"*}
        nft_ids+=("$mark")
        nft_at[$mark]+="$chain ${line##* }"$'\n'
        marked+=("nft $chain ${line##* }")
      fi
      ;;
    esac
  done
}

# nft_is_known: true where it has been seen, all of it
nft_is_known() { [[ -n ${looked["all of nft"]:-} && -z $nft_blind ]]; }

# nft_has_none TOOL: true where it is known that there is no table of this tool's family: then the tool has no rules either
nft_has_none() {
  local family
  nft_is_known || return 1
  family_of "$1"
  [[ " ${!nft_tables[*]}" != *" $family "* ]]
}

# judge_rule "FAMILY TABLE CHAIN" RULE: whether it may drop, and where it leads
judge_rule() {
  local rest=$2
  while [[ $rest == *\"*\"* ]]; do rest="${rest%%\"*}${rest#*\"*\"}"; done
  case "${rest//[$'\t']/ } " in
  *' drop '* | *' reject '* | *' queue '* | *' vmap '* | *' synproxy '* | *' xt target '*) nft_drops[$1]=1 ;;
  *' jump '*) nft_leads[$1]+=" ${rest##* jump }" ;;
  *' goto '*) nft_leads[$1]+=" ${rest##* goto }" ;;
  esac
}

# could_drop "FAMILY TABLE CHAIN": true where it has a policy or a rule that drops, or leads to one
could_drop() {
  local target targets
  [[ -z ${nft_drops[$1]:-} ]] || return 0
  read -ra targets <<<"${nft_leads[$1]:-}"
  # each is asked once
  unset "nft_leads[$1]"
  for target in "${targets[@]}"; do
    if could_drop "${1% *} $target"; then
      nft_drops[$1]=1
      return 0
    fi
  done
  return 1
}

# is_of_iptables "FAMILY TABLE CHAIN": true for a chain that iptables makes by way of nftables
is_of_iptables() { [[ $1 == ip?(6)\ @(filter|nat|mangle|raw|security)\ @(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) ]]; }

# drops_by_nft: true where a chain that iptables does not reach may drop what is forwarded, or what is for the host
drops_by_nft() {
  local base
  look_nft
  for base in "${nft_bases[@]}"; do
    case $base in
    'forward '* | 'input '*)
      base=${base#* }
      if ! is_of_iptables "$base" && [[ -z ${nft_owned[${base% *}]:-} ]] && could_drop "$base"; then return 0; fi
      ;;
    esac
  done
  return 1
}

# place_nft FAMILY: where a rule of the table filter takes effect. An accept ends only the chain that it is in: each chain that
# may drop needs it. One of iptables gets it by iptables, in "nft_tool", which could not read its own table any more
# behind most words of nft.
place_nft() {
  local base chain tool=iptables
  once "places $1" || return 0
  look_nft
  [[ $1 == ip ]] || tool=ip6tables
  for base in "${nft_bases[@]}"; do
    chain=${base#* }
    # one that belongs to a program alone takes no rules of others
    [[ ($chain == "$1 "* || $chain == 'inet '*) && -z ${nft_owned[${chain% *}]:-} ]] || continue
    could_drop "$chain" || continue
    if is_of_iptables "$chain" && has_tool_for_nft "$tool"; then
      [[ $chain != "$1 filter "* ]] || nft_tool["$1 ${base%% *}"]=1
      continue
    fi
    [[ $base != 'forward '* || -z ${nft_rules["${chain% *} DOCKER-USER"]:-} ]] || chain="${chain% *} DOCKER-USER"
    nft_places["$1 ${base%% *}"]+="$chain"$'\n'
  done
}

# has_tool_for_nft TOOL: true where it is there, works by way of nftables, and can read what is in its table filter
has_tool_for_nft() {
  once "tool $1" || { [[ -n ${nft_tool[$1]:-} ]] && return; }
  command -v "$1" >/dev/null && is_nft "$1" && "$1" -w 5 -t filter -S >/dev/null 2>&1 || return 1
  nft_tool[$1]=1
}

# places_of FAMILY TABLE CHAIN: the chains that a rule of iptables is to be in, into "places", and into "by_tool" whether iptables
# has one of them. A chain that users made is wherever a chain may lead to it.
places_of() {
  local hook hooks=(input forward output) own="$1 netloom-$lab" REPLY
  local -A wide=()
  by_tool='' places=()
  nft_chain "$2" "$3"
  if [[ $2 != filter ]]; then
    places=("$own $REPLY")
    return 0
  fi
  place_nft "$1"
  ! nft_hook "$2" "$3" || hooks=("${3,,}")
  for hook in "${hooks[@]}"; do
    by_tool+=${nft_tool["$1 $hook"]:-}
    if [[ -n ${nft_places["$1 $hook"]:-} ]]; then
      mapfile -t -O "${#places[@]}" places <<<"${nft_places["$1 $hook"]%$'\n'}"
    elif [[ -z ${nft_tool["$1 $hook"]:-} ]]; then
      places+=("$own $3")
    fi
  done
  ((${#hooks[@]} > 1)) || return 0
  for hook in "${places[@]}"; do wide["${hook% *} $3"]=1; done
  places=("${!wide[@]}")
}

# The journal of a lab, in <root>/<lab>/journal, a line of plain words for each thing:
#   netloom-journal 1 LAB GROUP     the first line
#   folder                          <root> was not there before
#   begin PID SECONDS               a program begins a run, at this time; "end" when the run is complete
#   undo COMMAND...                 written before the step that it takes back
#   need SETTING VALUE              this lab needs a shared setting
#   was SETTING VALUE               the value that was found before it was changed
#   restoring SETTING               down has begun to put it back
#   made FOLDER                     /etc/netns or a folder in it was not there before
#   found FILE                      one was there before, and is set aside
#   firewall nft                    rules of this lab are placed by nft
#   firewall iptables               and in chains of iptables by that
#   table TOOL, chain TOOL          the nft table of TOOL, or its chain FORWARD, was not there before this lab
readonly dir=$root/$lab
readonly journal=$dir/journal
declare -A journaled=()
# "recited" is the text of what was read, "noted" of what was written since
journal_lines=() run_lines=() torn=0 recalled=0 questions=0 recited='' noted=$'\n'

read_journal() {
  local last
  journal_lines=() journaled=() torn=0 recalled=0 questions=0 recited='' noted=$'\n'
  [[ -f $journal ]] || return 0
  mapfile -t journal_lines <"$journal"
  ((${#journal_lines[@]})) || return 0
  # A line without its end was cut off while it was written: what it announces did not come to be.
  mapfile -s $((${#journal_lines[@]} - 1)) last <"$journal"
  if [[ ${last[0]:-} == *$'\n' ]]; then
    journal_lines[-1]=${last[0]%$'\n'}
  else
    torn=1
    unset 'journal_lines[-1]'
  fi
  if ((${#journal_lines[@]})) && [[ ${journal_lines[0]} != "netloom-journal 1 "* ]]; then
    complain "$journal was written by another version; take the lab down with that one"
    exit 1
  fi
}

# in_journal LINE: true where it has this line. Some questions take less time than to remember every line.
in_journal() {
  if ((recalled == 0 && ++questions < 10)); then
    recite
    [[ $recited == *$'\n'"$1"$'\n'* || $noted == *$'\n'"$1"$'\n'* ]]
    return
  fi
  recall
  [[ -n ${journaled[$1]:-} ]]
}

recite() {
  local IFS=$'\n'
  [[ -n $recited ]] || recited=$'\n'"${journal_lines[*]}"$'\n'
}

recall() {
  local line lines
  ((recalled == 0)) || return 0
  recalled=1
  recite
  split "$noted"
  for line in "${journal_lines[@]}" "${lines[@]}"; do journaled[${line:-none}]=1; done
}

remember() { # LINES
  local line lines
  noted+=$1$'\n'
  ((recalled)) || return 0
  split "$1"
  for line in "${lines[@]}"; do journaled[$line]=1; done
}

# note LINE...: false where they could not be written; then what they announce must not come to be
note() {
  local IFS=$'\n'
  (($# == 0)) || note_text "$*"
}

# note_text LINES: the same of one text: many lines take less time so
note_text() {
  local lines
  printf '%s\n' "$1" >>"$journal" || return
  remember "$1"
  split "$1"
  run_lines+=("${lines[@]}")
}

begin_run() {
  local first=()
  run_lines=()
  [[ -d $root ]] || first=(folder)
  # shellcheck disable=SC2174 # the mode is meant for the deepest alone
  [[ -d $dir ]] || mkdir -p -m 0700 "$dir" || return
  if ((torn && ${#journal_lines[@]})); then
    leave_journal "${journal_lines[@]}" || return
  elif ((torn)); then
    : >"$journal" || return
  fi
  if [[ ! -s $journal ]]; then
    printf '%s\n' "netloom-journal 1 $lab $group" "${first[@]}" >>"$journal" || return
    ((${#first[@]} == 0)) || remember folder
  fi
  printf 'begin %s %(%s)T\n' "$owner" -1 >>"$journal" || return
  note_firewall || return
  remove_dead
}

end_run() {
  lead_flows
  printf 'end\n' >>"$journal"
  run_lines=()
}

# leave_journal LINE...: the journal holds these lines from now on; with none, nothing is left of it
leave_journal() {
  if (($#)); then
    printf '%s\n' "$@" >"$journal.new" || return
    mv -f "$journal.new" "$journal" || return
    return 0
  fi
  if heir_of 'begin *' && in_journal folder; then bequeath "$heir" folder; fi
  remove_folder
}

# remove_folder: the lab's folder, and the one above where it is empty and ours: one that the caller had before stays
remove_folder() {
  local folders=("$dir")
  [[ -d $dir ]] || folders=()
  if [[ $root == /run/netloom ]] || in_journal folder; then folders+=("$root"); fi
  ((${#folders[@]})) || return 0
  # in one process; what it says of a folder with other labs is no error
  rm -fd "$dir"/* "${folders[@]}" 2>/dev/null || true
  [[ -d $dir ]] || return 0
  # what was kept of files, behind the journal that speaks of it
  rm -rf "$dir"
  rm -fd "${folders[@]}" 2>/dev/null || true
}

# split_last_run [own]: what the last run wrote, into "run_lines", and what stood before it into "journal_lines".
# A run that ended is only taken apart by the one whose own it was.
split_last_run() {
  local i
  recall
  for ((i = ${#journal_lines[@]} - 1; i >= 0; i--)); do
    [[ ${journal_lines[i]} != end || -n ${1:-} ]] || return 0
    [[ ${journal_lines[i]} == 'begin '* ]] || continue
    [[ ${journal_lines[i]} == "begin $owner "* ]] || return 0
    run_lines=("${journal_lines[@]:i+1}")
    journal_lines=("${journal_lines[@]:0:i}")
    # the first lines alone are no journal
    [[ ${journal_lines[-1]} != netloom-journal* && ${journal_lines[-1]} != folder ]] || journal_lines=()
    return 0
  done
}

# heir_of LINE-PATTERN: another lab whose journal has such a line, into "heir"
heir_of() {
  local other line
  heir=
  for other in "$root"/*/journal; do
    [[ -f $other && $other != "$journal" ]] || continue
    while read -r line; do
      # shellcheck disable=SC2053 # a pattern
      if [[ $line == $1 ]]; then
        heir=$other
        return 0
      fi
    done <"$other"
  done
  return 1
}

# bequeath FILE LINE...: lines that another lab's journal must have from now on. A value that was found earlier
# stands. What was cut off at its end goes, so that these lines are lines.
bequeath() {
  local file=$1 line known have=$'\n' lines=()
  shift
  mapfile lines <"$file"
  if ((${#lines[@]})) && [[ ${lines[-1]} != *$'\n' ]]; then
    unset 'lines[-1]'
    printf '%s' "${lines[@]}" >"$file.new"
    mv -f "$file.new" "$file"
  fi
  for line in "${lines[@]%$'\n'}"; do have+="$line "$'\n'; done
  for line; do
    known=$line
    [[ $line != 'was '* ]] || known=${line% *}
    [[ $have == *$'\n'"$known "* ]] || printf '%s\n' "$line" >>"$file"
  done
}

# whose LINE: the lab whose journal has this line, into "lab_of"
whose() {
  local heir
  lab_of=
  heir_of "$1" || return 1
  lab_of=${heir%/journal}
  lab_of=${lab_of##*/}
}

# setting_of FAMILY: the switch of forwarding, into "setting", and all that the kernel changes along with it,
# into "along"
setting_of() {
  local file
  along=()
  if [[ $1 == 4 ]]; then
    setting=net/ipv4/ip_forward
    along=(net/ipv4/conf/all/accept_redirects)
  else
    setting=net/ipv6/conf/all/forwarding
  fi
  for file in /proc/sys/net/"ipv$1"/conf/*/forwarding; do along+=("${file#/proc/sys/}"); done
}

# read_setting SETTING: its value into "value"; false where it is not there
read_setting() { { read -r value <"/proc/sys/$1"; } 2>/dev/null; }

write_setting() { { printf '%s\n' "$2" >"/proc/sys/$1"; } 2>/dev/null; }

# setting_fault FAMILY: why forwarding cannot be turned on, into "reason"; false where it can. Its own value is
# written back, which changes nothing.
setting_fault() {
  local setting along value
  setting_of "$1"
  if ! read_setting "$setting"; then
    reason="this kernel has no $setting"
  elif ! write_setting "$setting" "$value"; then
    reason="/proc/sys/$setting cannot be written: it is read-only here"
  else
    refuse_forwarding "$1"
  fi
}

# IPv6 forwarding makes a host ignore router advertisements, and lose a default route that came by them
refuse_forwarding() { # FAMILY
  local line device setting along value
  [[ $1 == 6 ]] || return 1
  setting_of 6
  if read_setting "$setting" && [[ $value == 1 ]]; then return 1; fi
  while read -r line; do
    device=${line#* dev }
    device=${device%% *}
    if read_setting "net/ipv6/conf/$device/accept_ra" && [[ $value != 2 ]]; then
      reason="the host's IPv6 default route on $device comes by router advertisement and would go with forwarding: set net.ipv6.conf.$device.accept_ra=2 first"
      return 0
    fi
  done < <(ip -6 -o route show default proto ra)
  return 1
}

# forward FAMILY: the host forwards; what was found is journaled before it is changed
forward() {
  local setting along value name device lines=()
  setting_of "$1"
  if ! read_setting "$setting"; then
    said="this kernel has no $setting"
    return 1
  fi
  lines=("need $setting 1")
  if [[ $value != 1 ]]; then
    for name in "$setting" "${along[@]}"; do
      # what this lab brings goes with it
      device=${name%/forwarding}
      ! in_journal "undo ip link del dev ${device##*/}" || continue
      read_setting "$name" && lines+=("was $name $value")
    done
  fi
  note "${lines[@]}" || return
  read_setting "$setting"
  [[ $value == 1 ]] || write_setting "$setting" 1 || {
    said="cannot write /proc/sys/$setting"
    return 1
  }
}

# entrance NS: what takes a command into a namespace, into "enter"
entrance() {
  enter=(ip netns exec "$1")
  # a lane that sees the names by another way (ip netns exec takes no path)
  [[ $1 != */* ]] || enter=(nsenter "--net=/run/netns/$1")
}

# settle NS: settings inside, from "text", a line "PATH VALUE" each; what it complains of is in "said", with the number of
# the line as ip -batch tells it. A program of its own, since bash cannot enter a namespace.
settle() {
  local enter
  entrance "$1"
  # shellcheck disable=SC2016 # these words are for the other one
  feed "${enter[@]}" bash --norc -c '
    number=0
    while read -r path value; do
      number=$((number + 1))
      printf "%s\n" "$value" >"/proc/sys/$path" || {
        echo "Command failed -:$number" >&2
        exit 1
      }
    done'
}

# restore_settings LINE...: from the "need" and "was" lines of a lab. The last lab that needs a setting puts
# it back, and only where it still has our value, or where an earlier down was cut off in the middle.
restore_settings() {
  local need found setting value was all=("$@")
  for need in "${all[@]}"; do
    [[ $need == 'need '* ]] || continue
    setting=${need#need }
    setting=${setting% *}
    was=()
    # net/ipv4 or net/ipv6: what was found along with it is of the same family
    for found in "${all[@]}"; do [[ $found != "was ${setting:0:8}/"* ]] || was+=("$found"); done
    ((${#was[@]})) || continue
    if heir_of "need $setting *"; then
      bequeath "$heir" "${was[@]}"
    elif { read_setting "$setting" && [[ $value == 1 ]]; } || in_journal "restoring $setting"; then
      printf 'restoring %s\n' "$setting" >>"$journal" || true
      for found in "${was[@]}"; do restore_setting "$found"; done
    fi
  done
}

restore_setting() { # "was SETTING VALUE"
  local name old value
  read -r _ name old <<<"$1"
  # an interface may be gone, and its settings with it
  read_setting "$name" || return 0
  [[ $value != "$old" ]] || return 0
  if write_setting "$name" "$old"; then
    undone "sysctl -w $name=$old"
  else
    stuck "sysctl -w $name=$old" "cannot write /proc/sys/$name"
  fi
}

# stop_holders ARRAY: the processes in the namespaces that these lines of a journal will remove. A namespace
# lives on without a name while a process is in it. Those that were started by netloom are stopped; others
# are somebody's work, and keep the lab up unless "force" is 1.
stop_holders() {
  local line pid ours=() foreign=()
  local -n entries=$1
  local -A inhabited=()
  find_inhabited
  ((${#inhabited[@]})) || return 0
  for line in "${entries[@]}"; do
    [[ $line == 'undo ip netns del '* ]] || continue
    line=${line#undo ip netns del }
    [[ -n ${inhabited[$line]:-} ]] || continue
    owns_netns "$line" || continue
    for pid in ${inhabited[$line]}; do
      if started_here "$pid"; then
        ours+=("$pid")
      else
        foreign+=("$pid" "$line")
      fi
    done
    unset "inhabited[$line]"
  done
  if ((${#foreign[@]} && force == 0)); then
    for ((pid = 0; pid < ${#foreign[@]}; pid += 2)); do
      name_process "${foreign[pid]}"
      held+=("process ${foreign[pid]} ($REPLY) is in namespace ${foreign[pid + 1]}")
    done
    refuse_held
  fi
  for ((pid = 0; pid < ${#foreign[@]}; pid += 2)); do ours+=("${foreign[pid]}"); done
  stop_processes "${ours[@]}"
}

# find_inhabited: the processes in each namespace that has a name and is not this program's own, into "inhabited"
find_inhabited() {
  local lines line place here
  local -A name_of=()
  stat_handles /proc/[0-9]*/ns/net
  split "${handles%%' /proc/self/ns/net'*}"
  here=${lines[-1]}
  unset 'lines[-1]'
  for line in "${lines[@]}"; do
    [[ $line != "$here "* ]] || continue
    place=${line% /proc/*}
    if [[ -z ${name_of[$place]+known} ]]; then
      name_of[$place]=
      [[ $handles != *$'\n'"$place /run/netns/"* ]] || name_of[$place]=${handles#*$'\n'"$place /run/netns/"}
      name_of[$place]=${name_of[$place]%%$'\n'*}
    fi
    [[ -n ${name_of[$place]} ]] || continue
    line=${line#* /proc/}
    inhabited[${name_of[$place]}]+=" ${line%%/*}"
  done
}

# started_here PID: true where the process has the mark of this lab in its environment
started_here() {
  local variable
  while IFS= read -r -d '' variable; do
    [[ $variable != "NETLOOM_LAB=$lab" ]] || return 0
  done 2>/dev/null <"/proc/$1/environ"
  return 1
}

# name_process PID: what it is called, into REPLY
name_process() { { read -r REPLY <"/proc/$1/comm"; } 2>/dev/null || REPLY=gone; }

# stop_processes PID...: asks them to end, and ends them after two seconds
stop_processes() {
  local pid round left=("$@")
  (($#)) || return 0
  kill "$@" 2>/dev/null || true
  for ((round = 0; round < 40; round++)); do
    left=()
    for pid; do [[ ! -e /proc/$pid/ns/net ]] || left+=("$pid"); done
    ((${#left[@]})) || return 0
    sleep 0.05
  done
  kill -KILL "${left[@]}" 2>/dev/null || true
}

problems=0
# namespaces that a refused "ip netns add" did not make: what has the name is somebody else's
declare -A disowned=()

# undone COMMAND..., stuck COMMAND ERROR: how an undo went; it goes on after an error
undone() { (($# == 0)) || printf '%s\n' "${@/#/$prefix- }"; }
stuck() {
  problems=$((problems + 1))
  printf '%s! %s: %s\n' "$prefix" "$1" "${2//$'\n'/ }"
}

# ip_batch LINE...: in one process that goes on after an error. What failed is tried twice more, since a thing can
# be busy for a moment; what somebody else has removed meanwhile is done.
ip_batch() {
  local text said='' told line number round left=("$@") again=() well=()
  local -A bad=()
  for ((round = 0; round < 3 && ${#left[@]}; round++)); do
    ((round == 0)) || sleep 0.2
    bad=() again=() well=() number=1
    printf -v text '%s\n' "${left[@]}"
    # made ready: behind it somebody may wait
    printf -v told '%s\n' "${left[@]/#/$prefix- ip }"
    if feed ip -force -batch -; then
      printf '%s' "$told"
      return 0
    fi
    while read -r line; do
      [[ $line != 'Command failed -:'* ]] || bad[${line##*:}]=1
    done <<<"$said"
    for line in "${left[@]}"; do
      if [[ -z ${bad[$number]:-} ]]; then
        well+=("$line")
      elif ! is_gone "$line"; then
        again+=("$line")
      fi
      number=$((number + 1))
    done
    undone "${well[@]/#/ip }"
    left=("${again[@]}")
  done
  for line in "${left[@]}"; do stuck "ip $line" "$said"; done
}

# is_gone LINE: true where the link or namespace that a line deletes is not there any more
is_gone() {
  case $1 in
  'netns del '*) [[ ! -e /run/netns/${1##* } ]] ;;
  'link del dev '*) ! ip link show dev "${1##* }" >/dev/null 2>&1 ;;
  'link del group '*) [[ -z $(ip -o link show group "${1##* }" 2>/dev/null) ]] ;;
  *) return 1 ;;
  esac
}

# undo_lines ARRAY: takes back what these lines of a journal say, the newest first: shared settings, then routes and
# links, and beside these, since the kernel lets them wait, rules and namespaces; last the routes whose link stays. Only what
# bears this lab's marks goes; what is gone is done. A part that was lost and made again stands in the journal twice.
undo_lines() {
  begin_undo "$1"
  end_undo "$1"
}

# What has begun and is not through: where it is told what becomes of the links, which these are, as a journal has them and
# those that go, and a pipe on which somebody waits until links or namespaces are gone.
links_out='' until='' names=()
declare -A going=()

# begin_undo ARRAY: settings; then the links go in a process of their own. Nothing takes the kernel as long, so that what is
# found out before is only which ones they are, without a loop over the whole journal, and all else comes behind.
begin_undo() {
  local lines line few=() deletes=()
  going=()
  # rules and namespaces are most of a journal, and so are the routes that go with their links
  drop_lines "$1" 'undo ip?[!lr]*'
  few=("${lines[@]}")
  drop_lines few 'undo ip route del * dev *'
  few=("${lines[@]}")
  pick_lines few 'undo ip link del dev '
  names=("${lines[@]}")
  # while ip lists the links
  exec {until}<> <(:)
  look_mine
  for line in "${names[@]}"; do [[ -z ${mine[$line]:-} ]] || going[$line]=1; done
  drop_lines few 'undo ip link *'
  few=("${lines[@]}")
  find_routes "${few[@]}"
  restore_settings "${few[@]}"
  exec {links_out}< <(problems=0 && remove_links && echo "$problems" && echo >&"$until")
}

# remove_links: of "begin_undo": "deletes", then the links
remove_links() {
  local links=()
  # in one message where the group has no other link, since each message waits for all packets on their way
  if ((${#going[@]} > 1 && ${#going[@]} == ${#mine[@]})); then
    ip_batch "${deletes[@]}" "link del group $group"
  else
    sort_links
    ip_batch "${deletes[@]}" "${links[@]/#/link del dev }"
  fi
}

# sort_links: the links that go, the newest first, each once, into "links"
sort_links() {
  local i name
  local -A sorted=()
  for ((i = ${#names[@]} - 1; i >= 0; i--)); do
    name=${names[i]}
    [[ -n ${going[$name]:-} && -z ${sorted[$name]:-} ]] || continue
    sorted[$name]=1
    links+=("$name")
  done
}

# end_undo ARRAY: the rest of it, beside the links
end_undo() {
  local lines line device rules_out names_out text links=() few=() stay=() deletes=()
  # each waits for the kernel, and not for the others
  exec {rules_out}< <(problems=0 && remove_all_rules "$1" && echo "$problems")
  exec {names_out}< <(problems=0 && remove_namespaces "$1" && echo "$problems" && echo >&"$until")
  drop_lines "$1" 'undo ip?[!r]*'
  few=("${lines[@]}")
  for line in "${few[@]}"; do
    [[ $line == 'undo ip route del '*' dev '* ]] || continue
    device=${line#* dev }
    [[ -n ${going[${device%% *}]:-} ]] || stay+=("$line")
  done
  drop_lines few 'undo ip *'
  restore_files "${lines[@]}"
  # of a group each is told
  sort_links
  printf -v text '%s\n' "${links[@]/#/$prefix- ip link del dev }"
  waiting
  hear "$rules_out" 'the removal of rules'
  hear "$names_out" 'the removal of namespaces'
  hear "$links_out" 'ip -force -batch -' "$prefix- ip link del group $group" "${text%?}"
  exec {until}>&-
  links_out='' until=''
  # those whose link stays
  find_routes "${stay[@]}"
  ip_batch "${deletes[@]}"
}

# find_routes LINE...: of these lines of a journal the routes that the host has, the newest first, into "deletes"
find_routes() {
  local i line
  local -A listed=()
  for ((i = $#; i > 0; i--)); do
    line=${!i}
    [[ $line == 'undo ip route del '* && -z ${listed[$line]:-} ]] || continue
    listed[$line]=1
    ! is_our_route "$line" || deletes+=("${line#undo ip }")
  done
}

# remove_all_rules ARRAY: of "end_undo": with flows, and tables that were made for rules
remove_all_rules() {
  local lines line text tables=()
  local -A rules=()
  drop_lines "$1" 'undo ip *'
  text="${lines[*]}"
  [[ $text != *'undo iptables '* ]] || ask_rules iptables
  [[ $text != *'undo ip6tables '* ]] || ask_rules ip6tables
  for line in "${lines[@]}"; do
    case $line in
    'undo ip'*) rules[$line]=1 ;;
    'chain '* | 'table '*) tables+=("$line") ;;
    esac
  done
  [[ $text != *'undo iptables '* ]] || remove_rules iptables
  [[ $text != *'undo ip6tables '* ]] || remove_rules ip6tables
  [[ $text != *' -D PREROUTING '* ]] || drop_flows down "${lines[@]}"
  remove_tables "${tables[@]}"
}

# hear FD WHAT [LINE TEXT]: prints what was undone beside, and instead of this line that text. It says at its end how many
# problems it had: bash does not tell for sure how such a process ended.
hear() {
  local fd=$1 text
  text=$(<"/dev/fd/$fd")
  exec {fd}<&-
  (($# == 2)) || text=${text/"$3"/"$4"}
  [[ $text != *$'\n'* ]] || printf '%s\n' "${text%$'\n'*}"
  text=${text##*$'\n'}
  [[ -n $text ]] || stuck "$2" 'it was ended before it was through'
  problems=$((problems + ${text:-0}))
}

# remove_namespaces ARRAY: of "end_undo": those that are this lab's, the newest first
remove_namespaces() {
  local i lines name names=() deletes=()
  pick_lines "$1" 'undo ip netns del '
  names=("${lines[@]}")
  ((${#names[@]})) || return 0
  look_handles
  look_leads
  for ((i = ${#names[@]} - 1; i >= 0; i--)); do
    name=${names[i]}
    [[ -n ${handle_of[$name]:-} && -z ${disowned[$name]:-} ]] || continue
    if [[ -n ${leads[$name]:-} || ${handle_of[$name]} != nsfs ]] || owns_netns "$name"; then deletes+=("netns del $name"); fi
    # it may stand there twice
    handle_of[$name]=
  done
  ip_batch "${deletes[@]}"
}

# is_our_route LINE: "undo ip route del TO via|dev WHAT ... proto N": true where the host has it
is_our_route() {
  local words family=4 key
  read -ra words <<<"${1#undo ip }"
  look -
  [[ ${words[2]} != *:* ]] || family=6
  key=${words[2]%/32}
  [[ ${routes_of["- $family 254 ${key%/128}"]:-} == *" ${words[3]} ${words[4]} "*"proto ${words[-1]} "* ]]
}

# remove_dead: a namespace of ours that was killed while it was made or removed leaves a file, which has its name
remove_dead() {
  local line
  for line in "${journal_lines[@]}"; do
    [[ $line == 'undo ip netns del '* ]] || continue
    line=${line#undo ip netns del }
    handle "$line"
    [[ ${REPLY:-nsfs} == nsfs ]] || ip netns del "$line" 2>/dev/null || true
  done
}

# roll_back: takes back what the present run did, and leaves the journal as it was before
roll_back() {
  trap '' INT TERM HUP
  forget
  recall
  undo_lines run_lines
  if ((problems)); then return 0; fi
  leave_journal "${journal_lines[@]}"
}

# take_down: by the journal; without one, by what the plan says and bears the marks
take_down() {
  local from=journal_lines
  if ((${#journal_lines[@]} == 0)); then
    from=collect collect=()
    mode=collect
    plan
    if ((${#collect[@]} == 0)); then
      leave_journal
      return 0
    fi
  fi
  [[ -n $links_out ]] || begin_removal "$from"
  end_undo "$from"
  ((problems)) || leave_journal
}

# begin_removal ARRAY: from here on it goes, whatever comes
begin_removal() {
  [[ -n $mine_in || $1 != journal_lines ]] || ask_mine
  stop_holders "$1"
  trap '' INT TERM HUP
  begin_undo "$1"
}

# Rules of iptables, of each tool. "legacy" and "docker" are set where it is so, "top" where a rule of FORWARD in the table
# filter does anything else than accept, and "chained" where a chain is there for sure ("TOOL TABLE CHAIN").
declare -A legacy=() docker=() top=() chained=() copies=() chain_of=() adds_of=()
# what bears the lab's mark, in the order in which it stands there: "TOOL -t TABLE -A CHAIN SPEC"
marked=()
# where in a chain ("TOOL CHAIN") the last rule stands that leads to the filter of this lab, which is asked first
declare -A gate_at=()
# what is being listed, by the pipe on which it comes
declare -A rules_in=()

# find_tool NAME: where the search path has it, into REPLY; empty where it has not
find_tool() {
  local folder IFS=:
  for folder in $PATH; do
    REPLY=$folder/$1
    [[ ! -x $REPLY || -d $REPLY ]] || return 0
  done
  REPLY=
}

# is_nft TOOL: true where it works through nftables
is_nft() {
  local REPLY one
  find_tool "$1"
  one=$REPLY
  find_tool xtables-nft-multi
  [[ $one -ef $REPLY || $("$1" -V) != *legacy* ]]
}

# is_loaded TABLES-FILE: true where the kernel has a legacy table; the tool would load one by looking at it alone
is_loaded() { [[ -r $1 && -n $(<"$1") ]]; }

# ask_rules TOOL: asks what "look_rules" reads, and goes on meanwhile
ask_rules() {
  local fd file=/proc/net/ip_tables_names
  ! uses_nft && once "asked rules $1" && command -v "$1-save" >/dev/null || return 0
  [[ $1 == iptables ]] || file=/proc/net/ip6_tables_names
  if is_nft "$1"; then
    ! nft_has_none "$1" || return 0
  else
    legacy[$1]=1
    is_loaded "$file" || return 0
  fi
  exec {fd}< <(exec "$1-save" 2>/dev/null)
  rules_in[$1]=$fd
}

# list_rules TOOL: what it shows, into "lines"
list_rules() {
  local fd
  lines=()
  ask_rules "$1"
  fd=${rules_in[$1]:-} rules_in[$1]=
  [[ -n $fd ]] || return 0
  split "$(<"/dev/fd/$fd")"
  exec {fd}<&-
  # it can be asked again
  unset "looked[asked rules $1]"
}

# look_rules TOOL: the rules with this lab's mark, into "marked" and "copies", and what "place_rules" asks
look_rules() {
  local lines line table chain='' number=0
  ! uses_nft || { look_nft; return 0; }
  once "rules $1" || return 0
  list_rules "$1"
  for line in "${lines[@]}"; do
    number=$((number + 1))
    [[ $line == "-A $chain "* || $line != '-A '* ]] || { chain=${line#-A } && chain=${chain%% *} number=1; }
    case $line in
    '*'*) table=${line#'*'} ;;
    '-A '*[\"\ ]"netloom:$lab"[\"\ ]*)
      line="$1 -t $table ${line//\"/}"
      line=${line% }
      marked+=("$line")
      copies[$line]=1
      [[ $line != *" -j netloom-$group-"* ]] || gate_at["$1 $chain"]=$number
      ;;
    ':'*) look_chain "$1 $table" "${line#:}" ;;
    '-A FORWARD '*)
      chained["$1 $table FORWARD"]=1
      [[ $table != filter || $line == *' -j ACCEPT' ]] || top[$1]=1
      ;;
    '-A '*)
      line=${line#-A }
      chained["$1 $table ${line%% *}"]=1
      ;;
    esac
  done
}

# look_chain TOOL-AND-TABLE "NAME POLICY [COUNTERS]": the tool shows a chain that is not there as an empty one
look_chain() {
  local name=${2%% *}
  [[ "$1 $name" != *' filter DOCKER-USER' ]] || docker[${1% *}]=1
  [[ $2 == *' ACCEPT [0:0]' ]] || chained["$1 $name"]=1
}

# has_chain TOOL CHAIN: true where the table filter has a chain of users
has_chain() {
  if uses_nft; then
    nft_has_chain "$@"
  else
    look_rules "$1"
    [[ -n ${chained["$1 filter $2"]:-} ]]
  fi
}

# is_marked RULE: true where it is there, as "marked" has it
is_marked() { if uses_nft; then nft_has "$1"; else [[ -n ${copies[$1]:-} ]]; fi; }

# seen_marked TOOL TABLE CHAIN SPEC...: whether this very rule is there, into REPLY
seen_marked() {
  look_rules "$1"
  REPLY=absent
  ! is_marked "$1 -t $2 -A ${*:3}" || REPLY=present
}

# place_rules TOOL: where an accept rule takes effect. Docker and firewalls drop before the end of FORWARD
# is reached; then ours go to the top, of Docker's own chain where it has one.
place_rules() {
  look_rules "$1"
  chain_of[$1]=FORWARD adds_of[$1]='-A FORWARD'
  [[ -z ${docker[$1]:-} ]] || chain_of[$1]=DOCKER-USER
  # behind the filter of this lab: what that drops is not let through
  [[ -z ${docker[$1]:-}${top[$1]:-} ]] || adds_of[$1]="-I ${chain_of[$1]} $((${gate_at["$1 ${chain_of[$1]}"]:-0} + 1))"
}

# suffix TABLE CHAIN: of the lines of a journal, into REPLY; FORWARD of the table filter has none
suffix() {
  REPLY=" $1 $2"
  [[ $REPLY != ' filter FORWARD' ]] || REPLY=
}

# note_table TOOL TABLE CHAIN...: journals what of the table the tool is about to make, so that down can remove it
note_table() {
  local family words chain missing=() REPLY
  local -A there=()
  family_of "$1"
  [[ -z ${legacy[$1]:-} ]] && command -v nft >/dev/null || return 0
  for chain in "${@:3}"; do
    suffix "$2" "$chain"
    [[ -n ${chained["$1 $2 $chain"]:-} ]] || in_journal "chain $1$REPLY" || missing+=("$chain")
  done
  ((${#missing[@]})) || return 0
  if nft_is_known; then
    [[ -z ${nft_tables["$family $2"]:-} ]] || there[table]=1
    for chain in "${missing[@]}"; do [[ -z ${nft_rules["$family $2 $chain"]:-} ]] || there[$chain]=1; done
  else
    look_chains "$2"
  fi
  suffix "$2" "${3:-}"
  words=()
  [[ -n ${there[table]:-} ]] || in_journal "table $1${REPLY:+ $2}" || words+=("table $1${REPLY:+ $2}")
  for chain in "${missing[@]}"; do
    suffix "$2" "$chain"
    [[ -n ${there[$chain]:-} ]] || words+=("chain $1$REPLY")
  done
  note "${words[@]}"
}

# look_chains TABLE: of "note_table": the table, and its chains, into "there"
look_chains() {
  local line words table=''
  while read -r line; do
    [[ $line != 'table '* ]] || table=$line
    [[ $table == "table $family $1 {" ]] || continue
    there[table]=1
    [[ $line != 'chain '* ]] || { read -ra words <<<"$line" && there[${words[1]}]=1; }
  done < <(nft list chains "$family" 2>/dev/null)
}

# Chains of this lab that this run has emptied, "TOOL CHAIN": rules that come back there were journaled when they first came.
declare -A emptied=()

# note_undo TOOL CHAIN LINE: of "add_rules"
note_undo() { [[ -n ${emptied["$1 $2"]:-} ]] && in_journal "$3" || undos+=("$3"); }

# add_rules TOOL TABLE SPEC...: "CHAIN ..." each, "!CHAIN ..." for one that comes first, "+CHAIN" for a chain, "~CHAIN" for one
# that is emptied; all or none
add_rules() {
  local tool=$1 table=$2 spec chain text undos=() adds=() firsts=()
  local -A used=()
  ! uses_nft || { nft_add "$@"; return; }
  shift 2
  place_rules "$tool"
  for spec; do
    chain=${spec%% *} chain=${chain#!}
    [[ $chain == [+~]* || $chain == netloom-* ]] || used[$chain]=1
    if [[ $spec == '~'* ]]; then
      emptied["$tool ${spec#?}"]=1
      adds+=("-F ${spec#?}")
    elif [[ $spec == +* ]]; then
      undos+=("undo $tool -w 5 -t $table -X ${spec#+}")
      adds+=("-N ${spec#+}")
    elif [[ "$table $chain" == 'filter FORWARD' ]]; then
      undos+=("undo $tool -w 5 -t filter -D ${chain_of[$tool]} ${spec#* }")
      if [[ $spec == '!'* ]]; then firsts+=("-I ${chain_of[$tool]} 1 ${spec#* }"); else adds+=("${adds_of[$tool]} ${spec#* }"); fi
    else
      note_undo "$tool" "$chain" "undo $tool -w 5 -t $table -D ${spec#!}"
      if [[ $spec == '!'* ]]; then adds+=("-I ${spec#!}"); else adds+=("-A $spec"); fi
    fi
  done
  note_table "$tool" "$table" "${!used[@]}" || return
  note "${undos[@]}" || return
  printf -v text '%s\n' "*$table" "${adds[@]}" "${firsts[@]}" COMMIT
  feed "$tool-restore" -w 5 --noflush || return
  # what is added later stands behind these as well
  gate_at["$tool ${chain_of[$tool]}"]=$((${gate_at["$tool ${chain_of[$tool]}"]:-0} + ${#firsts[@]}))
}

# remove_rules TOOL: of the rules that are there those that "rules" has, as a journal has them, go in one process, copies too.
# The tool looks for each from the top: in the order in which they stand it finds each at once.
remove_rules() {
  local tool=$1 lines line text said table='' start='' deletes=() told=()
  ! uses_nft || { nft_remove; return 0; }
  if ! command -v "$tool" >/dev/null; then
    stuck "$tool" 'the tool is missing'
    return 0
  fi
  list_rules "$tool"
  lines=("${lines[@]//\"/}")
  for line in "${lines[@]% }"; do
    case $line in
    '-A '*)
      line=${line#-A }
      [[ -n ${rules["$start$line"]:-} ]] || continue
      told+=("$tool -t $table -D $line")
      deletes+=("-D $line")
      ;;
    '*'*)
      table=${line#'*'}
      start="undo $tool -w 5 -t $table -D "
      deletes+=("$line")
      ;;
    ':'*) look_chain "$tool $table" "${line#:}" ;;
    COMMIT) if [[ ${deletes[-1]} == '*'* ]]; then unset 'deletes[-1]'; else deletes+=(COMMIT); fi ;;
    esac
  done
  if ((${#told[@]})); then
    printf -v text '%s\n' "${deletes[@]}"
    # made ready: behind it somebody may wait
    printf -v line '%s\n' "${told[@]/#/$prefix- }"
    if feed_on "$tool-restore" -w 5 --noflush; then
      printf '%s' "$line"
    else
      stuck "$tool-restore --noflush" "$said"
    fi
  fi
  remove_chains "$tool"
}

# remove_chains TOOL: those of this lab that "rules" has, with whatever somebody has put there
remove_chains() {
  local line text said empty=() gone=()
  for line in "${!rules[@]}"; do
    [[ $line == "undo $1 -w 5 -t filter -X "* ]] || continue
    line=${line##* }
    [[ -n ${chained["$1 filter $line"]:-} ]] || continue
    empty+=("-F $line")
    gone+=("-X $line")
  done
  ((${#gone[@]})) || return 0
  printf -v text '%s\n' '*filter' "${empty[@]}" "${gone[@]}" COMMIT
  if feed "$1-restore" -w 5 --noflush; then
    undone "${gone[@]/#/$1 -t filter }"
  else
    stuck "$1-restore --noflush" "$said"
  fi
}

# remove_tables LINE...: "table|chain TOOL [TABLE [CHAIN]]" of a journal: what of nft's tables only this lab needed goes where
# nothing is in it any more, in one process, and one to look for each table
remove_tables() {
  local line words family table
  local -A needed=() touched=()
  for line; do
    read -ra words <<<"$line"
    table=${words[2]:-filter}
    if heir_of "undo ${words[1]} -w 5 -t $table *"; then
      bequeath "$heir" "$line"
      continue
    fi
    family_of "${words[1]}"
    touched["$family $table"]=1
    [[ $line == table* ]] || table+=" ${words[3]:-FORWARD}"
    needed["$family $table"]=1
  done
  ((${#touched[@]} == 0)) || ! command -v nft >/dev/null || nft_delete plan_tables
}

# plan_tables: of "remove_tables": a chain goes where it has no rule and lets everything pass, and a table with its last chain
plan_tables() {
  local table words lines line chain empty bare full
  for table in "${!touched[@]}"; do
    read -ra words <<<"$table"
    split "$(nft list table "${words[@]}" 2>/dev/null)"
    ((${#lines[@]})) || continue
    empty=() chain='' bare=1 full=''
    for line in "${lines[@]}"; do
      case $line in
      'table '* | '#'* | '}' | $'\t\ttype '*' policy accept;') ;;
      $'\tchain '*) read -r _ chain _ <<<"$line" && bare=1 ;;
      $'\t\t'*) bare=0 ;;
      $'\t}')
        if ((bare)) && [[ -n ${needed["$table $chain"]:-} ]]; then empty+=("$table $chain"); else full=1; fi
        ;;
      *) full=1 ;;
      esac
    done
    if [[ -z $full && -n ${needed[$table]:-} ]]; then
      deletes+=("delete table $table")
    else
      deletes+=("${empty[@]/#/delete chain }")
    fi
  done
  return 0
}

# What places the rules of this lab, in "firewall": iptables or nft. What the caller asked for stands there first, or nothing.
chosen='' asked=''

# uses_nft: true where it is nft
uses_nft() {
  [[ -n $chosen ]] || choose_firewall
  [[ $firewall == nft ]]
}

# choose_firewall: a lab keeps what it has. Else nft where there is no other tool, or where a chain drops that iptables does not
# reach.
choose_firewall() {
  chosen=1 asked=$firewall
  if kept_firewall; then
    end_listing
  elif [[ -z $asked ]]; then
    firewall=iptables
    if can_have_nft; then
      if lacks_iptables; then
        firewall=nft
      else
        look_nft
        # without a journal, what is there
        if ((${#nft_at[@]})); then
          firewall=nft
        elif [[ $mode != collect ]] && drops_by_nft; then
          firewall=nft
        fi
      fi
    fi
  fi
}

# kept_firewall: what the journal says, into "firewall"; false where it has no rules
kept_firewall() {
  recite
  if in_journal 'firewall nft'; then
    firewall=nft
  elif [[ $recited == *$'\n''undo ip'[t6]* ]]; then
    firewall=iptables
  else
    return 1
  fi
}

# note_firewall: the next run takes the same, also where all rules are in namespaces, which the host does not show
note_firewall() {
  if takes_rules && uses_nft && ! in_journal 'firewall nft'; then note 'firewall nft'; fi
}

# lacks_iptables: true where a tool that the plan takes is not there
lacks_iptables() {
  local tool
  for tool in iptables "${tools[@]}"; do
    [[ $tool != ip*tables ]] || command -v "$tool" >/dev/null || return 0
  done
  return 1
}

# find_firewall_faults: why the rules of a plan cannot be placed, into "faults"
find_firewall_faults() {
  local tool
  takes_rules || return 0
  if uses_nft; then
    ! drops_by_legacy ||
      faults+=('the legacy tables of iptables drop (iptables-legacy-save), and nft cannot let pass what they drop: choose iptables')
  else
    for tool in "${tools[@]}"; do
      [[ $tool != ip*tables ]] || command -v "$tool" >/dev/null ||
        faults+=("the tool $tool is missing, by which this lab has its rules: install the package iptables")
    done
  fi
  [[ -z $asked || $asked == "$firewall" ]] ||
    faults+=("this lab has its rules by $firewall, and not by $asked: take it down first")
}

# drops_by_legacy: true where the legacy tables have a policy or a rule that drops
drops_by_legacy() {
  local tool line lines
  for tool in "${tools[@]}"; do
    case $tool in
    iptables) is_loaded /proc/net/ip_tables_names || continue ;;
    ip6tables) is_loaded /proc/net/ip6_tables_names || continue ;;
    *) continue ;;
    esac
    if ! command -v "$tool-legacy-save" >/dev/null; then
      if ! command -v "$tool" >/dev/null || is_nft "$tool"; then continue; fi
      split "$("$tool-save" 2>/dev/null)"
    else
      split "$("$tool-legacy-save" 2>/dev/null)"
    fi
    for line in "${lines[@]}"; do
      case "$line " in
      *netloom:*) ;;
      ':'*' DROP '* | *' -j DROP '* | *' -j REJECT '* | *' -j NFQUEUE '*) return 0 ;;
      esac
    done
  done
  return 1
}

# The words of iptables, as "iptables-save" has them, in those of nft. Nothing here starts a process or keeps anything.

# nft_words FAMILY TABLE SPEC...: a rule into REPLY, what its comment says into "mark"; false for words that are not known
nft_words() {
  local family=$1 table=$2 not='' text='' protocol='' apart='' port verdict=''
  shift 2
  mark=
  while (($#)); do
    case $1 in
    '!')
      not='!= '
      shift
      continue
      ;;
    -i | -o)
      nft_device "$2"
      if [[ -n $REPLY ]]; then text+=" ${1#-}ifname $not$REPLY"; elif [[ -n $not ]]; then return 1; fi
      ;;
    -s) text+=" $family saddr $not$2" ;;
    -d) text+=" $family daddr $not$2" ;;
    -p)
      nft_protocol "$2"
      protocol=$REPLY apart=" meta l4proto $not$REPLY"
      ;;
    # named by its own words
    -m) ;;
    --dport | --sport)
      case $protocol in 6) text+=' tcp' ;; 17) text+=' udp' ;; 132) text+=' sctp' ;; *) return 1 ;; esac
      port=$2
      [[ $port != :* ]] || port=0$port
      [[ $port != *: ]] || port+=65535
      text+=" ${1#--} $not${port/:/-}"
      apart=
      ;;
    --icmp-type | --icmpv6-type)
      case $2 in
      any | 255) [[ -z $not ]] || return 1 ;;
      */*)
        [[ -z $not ]] || return 1
        port=${1#--} port=${port%-type}
        text+=" $port type ${2%/*} $port code ${2#*/}" apart=
        ;;
      *)
        port=${1#--}
        text+=" ${port%-type} type $not$2" apart=
        ;;
      esac
      ;;
    --ctstate)
      port=${2,,}
      case $port,$not in
      dnat,) text+=' ct status dnat' ;;
      dnat,*) text+=' ct status & dnat == 0' ;;
      *dnat*) return 1 ;;
      *,) text+=" ct state $port" ;;
      *) text+=" ct state != { ${port//,/, } }" ;;
      esac
      ;;
    --dst-type) text+=" fib daddr type $not${2,,}" ;;
    --src-type) text+=" fib saddr type $not${2,,}" ;;
    --comment) mark=$2 ;;
    -j | -g) nft_verdict "$1" "$2" && verdict=$REPLY ;;
    --reject-with) nft_refusal "$2" && verdict=$REPLY ;;
    --to-destination) verdict="dnat to $2" ;;
    *) return 1 ;;
    esac || return 1
    not=
    shift 2 || return 1
  done
  [[ $verdict != dnat ]] || return 1
  REPLY="$apart$text $verdict"
  REPLY=${REPLY# }
}

# nft_device NAME: as nft has it, into REPLY; empty for each one. A "+" at its end stands for all that begin so.
nft_device() {
  case $1 in
  +) REPLY= ;;
  *+) REPLY="\"${1%+}*\"" ;;
  *'*') REPLY="\"${1%?}\\*\"" ;;
  *) REPLY="\"$1\"" ;;
  esac
}

# nft_protocol NAME: its number, for those that nft itself knows by other names or only by a file, into REPLY
nft_protocol() {
  case $1 in
  icmp) REPLY=1 ;;
  tcp) REPLY=6 ;;
  udp) REPLY=17 ;;
  ipv6-icmp | icmpv6) REPLY=58 ;;
  sctp) REPLY=132 ;;
  *) REPLY=$1 ;;
  esac
}

# nft_verdict -j|-g TARGET: of the function "nft_words"
nft_verdict() {
  case $2 in
  ACCEPT | DROP | RETURN | MASQUERADE) REPLY=${2,,} ;;
  REJECT) if [[ $family == ip ]]; then nft_refusal icmp-port-unreachable; else nft_refusal icmp6-port-unreachable; fi ;;
  # its address is still to come
  DNAT) REPLY=dnat ;;
  *)
    nft_chain "$table" "$2"
    if [[ $1 == -j ]]; then REPLY="jump $REPLY"; else REPLY="goto $REPLY"; fi
    ;;
  esac
}

# nft_refusal WHAT: of REJECT, into REPLY
nft_refusal() {
  case $1 in
  tcp-reset) REPLY='tcp reset' ;;
  icmp-proto-unreachable) REPLY='icmp type prot-unreachable' ;;
  icmp6-adm-prohibited) REPLY='icmpv6 type admin-prohibited' ;;
  icmp6-*) REPLY="icmpv6 type ${1#icmp6-}" ;;
  icmp-*) REPLY="icmp type ${1#icmp-}" ;;
  *) return 1 ;;
  esac
  REPLY="reject with $REPLY"
}

# nft_chain TABLE CHAIN: what it is called in a table of our own, which has those of all tables, into REPLY
nft_chain() {
  REPLY=$2
  [[ $1 == filter ]] || REPLY=$1-$2
}

# nft_hook TABLE CHAIN: of a chain that is built into iptables, what nft makes it of, into REPLY; false for any other
nft_hook() {
  case "$1 $2" in
  'filter INPUT' | 'filter FORWARD' | 'filter OUTPUT') REPLY="type filter hook ${2,,} priority 0;" ;;
  'nat PREROUTING' | 'nat OUTPUT') REPLY="type nat hook ${2,,} priority -100;" ;;
  'nat INPUT' | 'nat POSTROUTING') REPLY="type nat hook ${2,,} priority 100;" ;;
  *) return 1 ;;
  esac
}

# nft_id "FAMILY TABLE CHAIN SPEC": by what a rule is known, 16 digits, into REPLY: a comment of nft has no room for the rule itself.
# bash reads ten letters at once as a number of base 64; what is no digit there becomes two that are.
nft_id() {
  local text=$1 i
  local -i id=${#1}
  text=${text//@/@0} text=${text//_/@1} text=${text// /_} text=${text//-/@2} text=${text//./@3} text=${text//\//@4}
  text=${text//:/@5} text=${text//,/@6} text=${text//\!/@7} text=${text//+/@8} text=${text//\[/@9} text=${text//\]/@a}
  text=${text//[^0-9A-Za-z@_]/@z}
  for ((i = 0; i < ${#text}; i += 10)); do
    id=$(((id ^ 64#${text:i:10}) * 6364136223846793005 + 1442695040888963407))
    id=$((id ^ (id >> 29 & 0x7ffffffff)))
  done
  printf -v REPLY %016x "$id"
}

# nft_text FAMILY TABLE: "text", lines as "iptables-restore" takes them ("*TABLE", ":CHAIN POLICY", "-P CHAIN POLICY",
# "-N CHAIN", "-F CHAIN", "-A CHAIN SPEC"), becomes lines for "nft -f -" that make this table of our own; false for words that are not known
nft_text() {
  local table=filter line words chains='' rules='' mark spec IFS=$'\n' REPLY
  local -A known=() policies=()
  set -f
  # shellcheck disable=SC2206 # each line is one word
  local lines=($text)
  set +f
  IFS=$' \t\n'
  for line in "${lines[@]}"; do
    read -ra words <<<"$line"
    case ${words[0]} in
    '*'*) table=${words[0]#'*'} ;;
    COMMIT | '#'*) ;;
    :*) known["$table ${words[0]#:}"]=1 policies["$table ${words[0]#:}"]=${words[1]} ;;
    -P) known["$table ${words[1]}"]=1 policies["$table ${words[1]}"]=${words[2]} ;;
    -N) known["$table ${words[1]}"]=1 ;;
    -F)
      known["$table ${words[1]}"]=1
      nft_chain "$table" "${words[1]}"
      rules+="flush chain $1 $2 $REPLY"$'\n'
      ;;
    -A)
      known["$table ${words[1]}"]=1
      nft_words "$1" "$table" "${words[@]:2}" || return
      spec=$REPLY
      nft_chain "$table" "${words[1]}"
      rules+="add rule $1 $2 $REPLY $spec"
      nft_id "$1 $table ${words[*]:1}"
      rules+="${mark:+ comment \"$mark $REPLY\"}"$'\n'
      ;;
    *) return 1 ;;
    esac
  done
  for line in "${!known[@]}"; do
    # shellcheck disable=SC2086 # two words
    nft_chain $line
    chains+="add chain $1 $2 $REPLY"
    # shellcheck disable=SC2086
    if nft_hook $line; then
      # without one, what is there stays
      spec=${policies[$line]:-}
      chains+=" { $REPLY${spec:+ policy ${spec,,};} }"
    fi
    chains+=$'\n'
  done
  text="add table $1 $2"$'\n'$chains$rules
}

# Rules by nft, for hosts that have no iptables or whose own firewall is of nft. Plans and journals name them in the words of
# iptables; here they are in a table of the lab's own, "netloom-LAB", and what lets pass in each chain that may drop as well.
# Each bears the lab's mark and its number.

# family_of TOOL: of nft, into "family"
family_of() {
  family=ip
  [[ $1 == iptables ]] || family=ip6
}

# nft_has "TOOL -t TABLE -A CHAIN SPEC": true where it is wherever it is needed; to take a lab down, anywhere
nft_has() {
  local family rest=${1#* -t } table spec at place places by_tool REPLY
  table=${rest%% *} spec=${rest#* -A }
  family_of "${1%% *}"
  look_nft
  nft_id "$family $table $spec"
  at=$'\n'${nft_at[$REPLY]:-}
  places_of "$family" "$table" "${spec%% *}"
  if [[ $mode == collect ]]; then
    [[ $at == $'\n' ]] || return 0
  else
    for place in "${places[@]}"; do [[ $at == *$'\n'"$place "* ]] || return 1; done
    [[ -n $by_tool ]] || return 0
  fi
  tool_has "$1"
}

# tool_has RULE: the same of iptables, which may have it in Docker's chain
tool_has() {
  local firewall=iptables
  command -v "${1%% *}" >/dev/null || return 1
  look_rules "${1%% *}"
  is_marked "$1" || is_marked "${1/ filter -A FORWARD / filter -A DOCKER-USER }"
}

# nft_add TOOL TABLE SPEC...: as "add_rules"
nft_add() {
  local tool=$1 table=$2 family spec number=1 heads=() adds=() behind=() tops=() by=() lines news=() text line REPLY
  local -A made=() number_of=()
  shift 2
  family_of "$tool"
  look_nft
  if [[ -n $nft_blind ]]; then
    said='nft list ruleset does not tell what is there'
    return 1
  fi
  in_journal 'firewall nft' || news=('firewall nft')
  for spec; do
    number=$((number + 1))
    if [[ $spec == +* ]]; then
      news+=("undo $tool -w 5 -t $table -X ${spec#+}")
      lay_chain "${spec#+}"
      continue
    fi
    if [[ $spec == '~'* ]]; then
      empty_chain "${spec#?}"
      continue
    fi
    line="undo $tool -w 5 -t $table -D ${spec#!}"
    [[ -n ${emptied["$tool ${spec%% *}"]:-} ]] && in_journal "$line" || news+=("$line")
    if ! lay_rule "$spec"; then
      said="nft has no words for this rule: ${spec#!}"$'\n'"line $number failed"
      return 1
    fi
  done
  ((${#by[@]} == 0)) || in_journal 'firewall iptables' || news+=('firewall iptables')
  note "${news[@]}" || return
  lines=("${heads[@]}" "${adds[@]}" "${behind[@]}" "${tops[@]}")
  if ((${#lines[@]})); then
    printf -v text '%s\n' "${lines[@]}"
    if ! feed nft -f -; then
      # its line may be that of a chain
      [[ $said =~ :([0-9]+):[0-9] ]] && line=${lines[BASH_REMATCH[1] - 1]} && line=${line##* } &&
        said+=$'\n'"line ${number_of[${line%\"}]:-2} failed"
      return 1
    fi
    # what stands behind it is to be seen
    ((${#tops[@]} == 0)) || look_nft_again
  fi
  ((${#by[@]})) || return 0
  local firewall=iptables
  add_rules "$tool" "$table" "${by[@]}"
}

# lay_chain CHAIN: of "nft_add": one of users, wherever it may be led to
lay_chain() {
  local place places by_tool base='' rule=''
  places_of "$family" "$table" "$1"
  [[ -z $by_tool ]] || by+=("+$1")
  for place in "${places[@]}"; do make_place; done
}

# empty_chain CHAIN: of "nft_add": what stood there is not there any more
empty_chain() {
  local place places by_tool id base='' rule=''
  emptied["$tool $1"]=1
  places_of "$family" "$table" "$1"
  [[ -z $by_tool ]] || by+=("~$1")
  for place in "${places[@]}"; do
    make_place
    heads+=("flush chain $place")
    for id in "${!nft_at[@]}"; do
      [[ $'\n'${nft_at[$id]} != *$'\n'"$place "* ]] || unset "nft_at[$id]"
    done
  done
}

# nft_has_chain TOOL CHAIN: true where a chain of users is wherever it is needed
nft_has_chain() {
  local family place places by_tool
  family_of "$1"
  look_nft
  places_of "$family" filter "$2"
  for place in "${places[@]}"; do [[ -n ${nft_rules[$place]:-} ]] || return 1; done
  [[ -n $by_tool ]] || return 0
  local firewall=iptables
  has_chain "$@"
}

# lay_rule SPEC: of "nft_add": its lines. In a chain of others it comes first, but behind what of ours is there; one with "!"
# before all.
lay_rule() {
  local spec=${1#!} chain list rule mark comment place where places by_tool base='' before='' REPLY
  [[ $1 != '!'* ]] || before='!'
  chain=${spec%% *}
  read -ra list <<<"${spec#"$chain"}"
  nft_words "$family" "$table" "${list[@]}" || return
  rule=$REPLY
  ! nft_hook "$table" "$chain" || base=$REPLY
  nft_id "$family $table $spec"
  number_of[$REPLY]=$number
  comment="comment \"$mark $REPLY\""
  where=$'\n'${nft_at[$REPLY]:-}
  places_of "$family" "$table" "$chain"
  [[ -z $by_tool ]] || tool_has "$tool -t $table -A $spec" || by+=("$before$spec")
  for place in "${places[@]}"; do
    [[ $where != *$'\n'"$place "* ]] || continue
    make_place
    REPLY="$rule $comment"
    [[ $place != inet* ]] || REPLY="meta nfproto ${family/%ip/ipv4} $REPLY"
    REPLY=${REPLY/#meta nfproto ip6 /meta nfproto ipv6 }
    if [[ -n $before ]]; then
      tops+=("insert rule $place $REPLY")
    elif [[ -z $base || $place == *" netloom-$lab "* ]]; then
      adds+=("add rule $place $REPLY")
    elif [[ -n ${nft_last[$place]:-} ]]; then
      behind=("add rule $place handle ${nft_last[$place]} $REPLY" "${behind[@]}")
    else
      behind=("insert rule $place $REPLY" "${behind[@]}")
    fi
  done
}

# make_place: of "lay_rule": our own table and its chains, and those of users in a table of others
make_place() {
  local target
  if [[ $place == *" netloom-$lab "* && -z ${made[${place% *}]:-} ]]; then
    made[${place% *}]=1
    heads+=("add table ${place% *}")
  fi
  if [[ -z ${made[$place]:-} ]]; then
    made[$place]=1
    if [[ -z $base ]]; then
      heads+=("add chain $place")
    elif [[ $place == *" netloom-$lab "* ]]; then
      heads+=("add chain $place { $base policy accept; }")
    fi
  fi
  # where it leads
  case $rule in
  *'jump '* | *'goto '*) target="${place% *} ${rule##* }" ;;
  *) return 0 ;;
  esac
  [[ -n ${made[$target]:-} ]] || heads+=("add chain $target")
  made[$target]=1
}

# nft_delete PLAN: what the function PLAN puts into "deletes", in one process; where somebody was at it meanwhile, what is left
# of it one by one. False where PLAN is, which has said why.
nft_delete() {
  local line text said err round deletes
  for round in 1 2; do
    deletes=()
    "$1" || return
    ((${#deletes[@]})) || return 0
    if ((round == 1)); then
      printf -v text '%s\n' "${deletes[@]}"
      if feed nft -f -; then return 0; fi
      look_nft_again
    else
      for line in "${deletes[@]}"; do err=$(nft "$line" 2>&1) || stuck "nft $line" "$err"; done
    fi
  done
}

# nft_remove: of the rules that "rules" has, as a journal has them, those that are there, in one process; then chains and the
# table of our own in which nothing is left
nft_remove() {
  local told=()
  if ! command -v nft >/dev/null; then
    ((${#rules[@]} == 0)) || stuck nft 'the tool is missing'
    return 0
  fi
  nft_delete plan_removal || return 0
  undone "${told[@]}"
  look_nft_again
  remove_by_tool
  # those of both families
  rules=()
}

# plan_removal: of "nft_remove": its lines, into "deletes"; false where nft does not tell
plan_removal() {
  local family line words chain own at id all=() gone=() REPLY
  local -A wanted=() holds=() users=()
  look_nft
  if [[ -n $nft_blind ]]; then
    stuck 'nft list ruleset' 'it does not tell what is there'
    return 1
  fi
  for chain in "${!nft_rules[@]}"; do holds[$chain]=${nft_rules[$chain]}; done
  for line in "${!rules[@]}"; do
    read -ra words <<<"${line#undo }"
    # TOOL -w 5 -t TABLE -D CHAIN SPEC
    family_of "${words[0]}"
    nft_hook "${words[4]}" "${words[6]}" || [[ ${words[6]} == DOCKER-USER ]] || users["${words[4]} ${words[6]}"]=1
    nft_id "$family ${words[4]} ${words[*]:6}"
    wanted[$REPLY]="${words[0]} -t ${words[4]} ${words[*]:5}"
  done
  # in the order in which they stand there
  for id in "${nft_ids[@]}"; do
    [[ -n ${wanted[$id]:-} ]] || continue
    ((round > 1)) || told+=("${wanted[$id]}")
    unset "wanted[$id]"
    mapfile -t all <<<"${nft_at[$id]%$'\n'}"
    for at in "${all[@]}"; do
      chain=${at% *}
      holds[$chain]=$((${holds[$chain]} - 1))
      deletes+=("delete rule $chain handle ${at##* }")
    done
  done
  for chain in "${!holds[@]}"; do
    ((${holds[$chain]} == 0)) || continue
    [[ $chain == *" netloom-$lab "* ]] || { ! is_left_to_tool "$chain" && is_user_chain "${chain##* }"; } || continue
    gone+=("delete chain $chain")
  done
  deletes+=("${gone[@]}")
  for own in "ip netloom-$lab" "ip6 netloom-$lab"; do
    at=
    for chain in "${!holds[@]}"; do [[ $chain != "$own "* ]] || at+=" ${holds[$chain]}"; done
    [[ -n $at && $at != *[1-9]* ]] || continue
    # with all that is in it
    all=()
    for line in "${deletes[@]}"; do [[ $line == "delete "*" $own "* ]] || all+=("$line"); done
    deletes=("${all[@]}" "delete table $own")
  done
  return 0
}

# is_user_chain CHAIN: of "plan_removal": one that rules of this lab made in a table of others
is_user_chain() { [[ -n ${users["filter $1"]:-} ]]; }

# is_left_to_tool "FAMILY TABLE CHAIN": true for one of iptables, where iptables has made some
is_left_to_tool() {
  [[ $1 == ip?(6)\ filter\ * ]] && uses_tool && command -v iptables >/dev/null
}

# uses_tool: true where iptables may have rules of this lab: by the journal, or where there is none
uses_tool() { in_journal 'firewall iptables' || ((${#journal_lines[@]} == 0)); }

# remove_by_tool: what iptables has of them
remove_by_tool() {
  local firewall=iptables tool
  uses_tool || return 0
  for tool in iptables ip6tables; do
    [[ ${!rules[*]} != *"undo $tool "* ]] || ! command -v "$tool" >/dev/null || remove_rules "$tool"
  done
}

# Old flows. Connection tracking keeps a flow at the target of its first packet, also where rules say otherwise by now.
# Without its entry there, its next packet is a first one again. This takes the tool conntrack: where it is not
# installed, entries stay until their flows pause, and nothing fails, as it does not where an entry cannot be removed.

# lead_flows: behind up, by what this run wrote; where the run before was ended from outside, by all that is in the journal
lead_flows() {
  local lines=()
  [[ ${journal_lines[*]: -1} == end ]] || lines=("${journal_lines[@]}")
  # all lines of a large lab are not handed on for nothing
  [[ "${run_lines[*]} ${lines[*]}" != *' -D PREROUTING '* ]] || drop_flows up "${run_lines[@]}" "${lines[@]}"
}

# drop_flows up|down LINE...: by the lines of a journal that are the undo of published ports. Behind "up" goes what leads
# anywhere else than these do, behind "down" what leads where these did. Without such lines it takes no process, else one
# to list for each family, one to look for addresses, and one to remove.
drop_flows() {
  local what words
  local -A led=() here=() drops=()
  find_led "${@:2}"
  ((${#led[@]})) && command -v conntrack >/dev/null || return 0
  for what in "${!led[@]}"; do pick_flows "$1" "$what"; done
  ((${#drops[@]})) || return 0
  if printf '%s\n' "${!drops[@]}" | conntrack -R - >/dev/null 2>&1; then return 0; fi
  # before 1.4.7 it takes one command
  for what in "${!drops[@]}"; do
    read -ra words <<<"$what"
    conntrack "${words[@]}" >/dev/null 2>&1 || true
  done
}

# find_led LINE...: "PROTOCOL,FIRST,LAST,BIND,ADDRESS,PORT " for each rule that leads these ports to an address, into
# "led" by its family; BIND is empty for all addresses of the host, PORT where it stays the same
find_led() {
  local line family bind address port ports
  for line; do
    [[ $line == 'undo ip'*' -D PREROUTING '*' -j DNAT '* ]] || continue
    family=ipv4 bind='' port='' address=${line##* }
    [[ $line == 'undo iptables '* ]] || family=ipv6
    [[ $line != *' -d '* ]] || { bind=${line#* -d } && bind=${bind%%/*}; }
    case $address in
    '['*) port=${address##*:} address=${address#[} address=${address%]*} ;;
    *:*:*) ;;
    *:*) port=${address#*:} address=${address%:*} ;;
    esac
    ports=${line#* --dport }
    ports=${ports%% *}
    line=${line#* -p }
    led[$family]+="${line%% *},${ports%:*},${ports#*:},$bind,$address,$port "
  done
}

# pick_flows up|down FAMILY: of what the kernel tracks, what is to go, into "drops". What the tool can leave out itself,
# it does, since bash takes longer.
pick_flows() {
  local rule line lines port to back words key pair only=(-f "$2")
  local -A rules_at=() protocols=() ends=() commands=() picked=()
  for rule in ${led[$2]}; do
    IFS=, read -ra words <<<"$rule"
    protocols[${words[0]}]=1 ends[${words[4]}]=1
    for ((port = words[1]; port <= words[2]; port++)); do rules_at["${words[0]} $port"]+="$rule "; done
  done
  ((${#protocols[@]} > 1)) || only+=(-p "${!protocols[@]}")
  ((${#rules_at[@]} > 1)) || only+=(--orig-port-dst "$((port - 1))")
  [[ $1 == up ]] || ((${#ends[@]} > 1)) || only+=(--reply-src "${!ends[@]}")
  split "$(conntrack -L "${only[@]}" 2>/dev/null)"
  for line in "${lines[@]}"; do
    port=${line#* dport=}
    key="${line%% *} ${port%% *}"
    [[ -n ${rules_at[$key]:-} ]] || continue
    # "... src=A dst=B sport=N dport=M ... src=C dst=D sport=K dport=L ...": there, and back
    IFS=' =' read -ra to <<<"${line#* src=}"
    IFS=' =' read -ra back <<<"${line##* src=}"
    for rule in ${rules_at[$key]}; do
      is_old "$1" "$rule" || continue
      pair="-p ${line%% *} --orig-dst ${to[2]} --reply-src ${back[0]}"
      picked[$pair]=$((${picked[$pair]:-0} + 1))
      commands["$pair --orig-port-dst ${to[6]} --reply-port-src ${back[4]}"]=$pair
      break
    done
  done
  # what is listed for one port does not tell of others
  ((${#rules_at[@]} == 1)) || merge_commands
  for key in "${!commands[@]}"; do drops["-D -f $2 $key"]=1; done
}

# For each command the tool goes through all that is tracked. Of more than these that differ by ports alone, one is
# made, where it means the same flows.
readonly MANY_FLOWS=8

# merge_commands: of "commands", by all that is tracked
merge_commands() {
  local pair line words key count
  ((${#commands[@]} > MANY_FLOWS)) || return 0
  for pair in "${!picked[@]}"; do
    read -ra words <<<"$pair"
    count=0
    for line in "${lines[@]}"; do
      [[ $line != "${words[1]} "*" dst=${words[3]} sport="*" src=${words[5]} dst="* ]] || count=$((count + 1))
    done
    [[ $count == "${picked[$pair]}" ]] || continue
    for key in "${!commands[@]}"; do [[ ${commands[$key]} != "$pair" ]] || unset "commands[$key]"; done
    commands[$pair]=$pair
  done
}

# is_old up|down RULE: true where the flow "to" and "back", of a port of this rule, is to go
is_old() {
  local bind address port
  IFS=, read -r _ _ _ bind address port <<<"$2"
  [[ -z $bind || $bind == "${to[2]}" ]] || return 1
  if [[ "${back[0]} ${back[4]}" == "$address ${port:-${to[6]}}" ]]; then
    # what asks the namespace itself was led by nobody
    [[ $1 == down && ${to[2]} != "$address" ]]
  else
    [[ $1 == up ]] && { [[ -n $bind ]] || is_here "${to[2]}"; }
  fi
}

# is_here ADDRESS: true for an address of this host at which others reach it
is_here() {
  local line lines
  [[ $1 != 127.* && $1 != ::1 ]] || return 1
  if ((${#here[@]} == 0)); then
    split "$(ip -o route show table all type local 2>/dev/null)"
    # one that is always there, so that it asks once
    for line in ::1 "${lines[@]#local }"; do here[${line%% *}]=1; done
  fi
  [[ -n ${here[$1]:-} ]]
}

# What is made in the packet filters of namespaces; they are the lab's own, and go with them.

# fill_inside TOOL NS: rules and policies of a namespace, from "text", a line each; all or none
fill_inside() {
  local enter family=ip
  entrance "$2"
  text=$'*filter\n'${text%$'\n'}$'\nCOMMIT'
  if [[ $firewall == nft ]]; then
    [[ $1 == iptables ]] || family=ip6
    nft_text "$family" "netloom-$lab" && feed "${enter[@]}" nft -f -
    return
  fi
  feed "${enter[@]}" "$1-restore" -w 5 --noflush
}

# Files of namespaces, below /etc/netns. Each is in the journal before it is written. In the lab's folder there is of each
# a copy of what was written, in "wrote", and of one that was there before, in "found".

# read_file PATH: what is in it, into "have"; false where that is no text
read_file() {
  have=''
  [[ -f $1 && -r $1 ]] && ! IFS= read -r -d '' have <"$1"
}

# wrote PATH: what this lab wrote there, into "text"; false where that is not known
wrote() {
  local have
  read_file "$dir/wrote${1#/etc/netns}" && text=$have
}

# is_ours PATH: true where it is what this lab wrote, or the beginning of it
is_ours() {
  local have text
  [[ ! -L $1 ]] || return 1
  read_file "$1" || return 1
  if wrote "$1"; then [[ $text == "$have"* ]]; else has_mark "$1"; fi
}

# has_mark PATH: true where its first line is the mark of this lab
has_mark() {
  local have
  [[ ! -L $1 ]] && read_file "$1" && [[ $have == "# netloom:$lab"$'\n'* ]]
}

# as_found PATH: true where it is what was there before this lab
as_found() {
  local kept=$dir/found${1#/etc/netns}
  if [[ -L $1 || -L $kept ]]; then
    [[ -L $1 && -L $kept && $(readlink "$1") == "$(readlink "$kept")" ]]
  else
    [[ -f $1 && -f $kept && $(cksum <"$1") == "$(cksum <"$kept")" ]]
  fi
}

# with_servers: puts the name servers of the host in the place of the line for them in "text"; false where it has none.
# Its resolver at a loopback address is not that of a namespace. That of systemd keeps a file with those that it asks.
with_servers() {
  local file word server servers=''
  [[ $text == *$'\nnameserver host\n'* ]] || return 0
  for file in /etc/resolv.conf /run/systemd/resolve/resolv.conf; do
    [[ -f $file && -z $servers ]] || continue
    # the last line may lack its end
    while read -r word server _ || [[ -n $word ]]; do
      [[ $word == nameserver && $server =~ ^[0-9A-Fa-f.:]+$ ]] || continue
      [[ $server == 127.* || $server == ::1 || $server == ::ffff:127.* ]] || servers+="nameserver $server"$'\n'
    done <"$file"
  done
  [[ -n $servers ]] && text=${text/$'\nnameserver host\n'/$'\n'"$servers"}
}

# write_files BLOCK...: in each block "NS/NAME", and below it the lines. Where one is refused it says so as ip -batch does.
write_files() {
  local mask
  mask=$(umask)
  umask 022
  if write_each "$@"; then umask "$mask"; else
    umask "$mask"
    return 1
  fi
}

write_each() { # BLOCK...
  local block path text number=0 folder folders=() aside=() copy_folders=() notes=()
  local -A fresh_folder=()
  for block; do
    path=${block%%$'\n'*}
    copy_folders+=("$dir/wrote/${path%/*}")
    for folder in /etc/netns "/etc/netns/${path%/*}"; do
      [[ ! -d $folder && -z ${fresh_folder[$folder]:-} ]] || continue
      fresh_folder[$folder]=1
      notes+=("made $folder")
      folders+=("$folder")
    done
    path=/etc/netns/$path
    # what is in the journal was found by an earlier run, or written
    if in_journal "undo rm $path"; then
      # somebody put back what was there before: it is to be there again where this run fails
      ! in_journal "found $path" || ! as_found "$path" || notes+=("found $path")
    elif has_mark "$path"; then
      # left by this lab before a restart, its folders too
      notes+=('made /etc/netns' "made ${path%/*}")
    elif [[ -e $path || -L $path ]]; then
      aside+=("$path")
      notes+=("found $path")
    fi
    notes+=("undo rm $path")
  done
  said=$(mkdir -p "${copy_folders[@]}" 2>&1) || return
  for block; do
    text=${block#*$'\n'}$'\n'
    with_servers || true
    { printf %s "$text" >"$dir/wrote/${block%%$'\n'*}"; } 2>/dev/null || {
      said="cannot write below $dir"
      return 1
    }
  done
  for path in "${aside[@]}"; do said=$(keep_found "$path" 2>&1) || return; done
  note "${notes[@]}" || {
    said="the journal $journal cannot be written"
    return 1
  }
  ((${#folders[@]} == 0)) || said=$(mkdir -p "${folders[@]}" 2>&1) || return
  for block; do
    path=/etc/netns/${block%%$'\n'*}
    number=$((number + 1))
    # not through a link, nor into what has a mode of its own
    [[ ! -e $path && ! -L $path ]] || said=$(rm -f "$path" 2>&1) || true
    if ! wrote "$path" || [[ -n $said ]] || ! { printf %s "$text" >"$path"; } 2>/dev/null; then
      said="${said:-cannot write $path}"$'\n'"Command failed -:$number"
      return 1
    fi
  done
}

# keep_found PATH: with its mode, its owner and its times, as it is: a link is kept as a link
keep_found() {
  local kept=$dir/found${1#/etc/netns}
  mkdir -p "${kept%/*}" && rm -f "$kept" && cp -aT "$1" "$kept"
}

# restore_files LINE...: takes back what these lines of a journal say of files, and puts back what was there before. One
# that somebody changed meanwhile is his work, and is left, unless "force" is 1. What others put into a folder of ours
# keeps it; the folder of all is left to a lab that needs it.
restore_files() {
  local line path folders=() of_all='' heir
  local -A set_aside=() going=()
  for line; do
    case $line in
    'found '*) set_aside[${line#found }]=1 ;;
    'made /etc/netns') of_all=1 ;;
    'made '*) folders+=("${line#made }") ;;
    esac
  done
  for line; do
    [[ $line == 'undo rm /etc/netns/'* && -z ${going[$line]:-} ]] || continue
    going[$line]=1
    path=${line#undo rm }
    restore_file "$path" "${set_aside[$path]:-}"
  done
  remove_empty "${folders[@]}"
  [[ -n $of_all ]] || return 0
  if heir_of 'undo rm /etc/netns/*'; then bequeath "$heir" 'made /etc/netns'; else remove_empty /etc/netns; fi
}

# remove_empty FOLDER...: those in which nothing is left
remove_empty() {
  local folder entry said empty=()
  local -A looked_at=()
  for folder; do
    [[ -d $folder && -z ${looked_at[$folder]:-} ]] || continue
    looked_at[$folder]=1
    for entry in "$folder"/* "$folder"/.[!.]* "$folder"/..?*; do
      [[ ! -e $entry && ! -L $entry ]] || continue 2
    done
    empty+=("$folder")
  done
  ((${#empty[@]} == 0)) || said=$(rmdir "${empty[@]}" 2>&1) || stuck "rmdir ${empty[*]}" "$said"
}

restore_file() { # PATH FOUND
  local said='' kept=$dir/found${1#/etc/netns} fresh_copy=/etc/netns/.netloom-$lab
  if [[ -n $2 ]]; then
    # not written yet, or put back by a down that was cut off
    ! as_found "$1" || return 0
  elif [[ ! -e $1 && ! -L $1 ]]; then
    return 0
  fi
  if [[ -e $1 || -L $1 ]] && ((force == 0)) && ! is_ours "$1"; then
    stuck "rm $1" 'it was changed since this lab wrote it: remove it, or take the lab down with force'
  elif [[ -z $2 ]]; then
    if said=$(rm -f "$1" 2>&1); then undone "rm $1"; else stuck "rm $1" "$said"; fi
  # in one move, so that there is never a part of it
  elif said=$({ [[ -d ${1%/*} ]] || mkdir -p "${1%/*}"; } 2>&1 && { rm -f "$fresh_copy" && cp -aT "$kept" "$fresh_copy" && mv -fT "$fresh_copy" "$1"; } 2>&1); then
    undone "cp -a $kept $1"
  else
    stuck "cp -a $kept $1" "$said"
  fi
}

# find_absent ADDRESS...: addresses that the plan says this host has, and has not, into "faults"
find_absent() {
  local cidr key all
  (($#)) || return 0
  look -
  for key in "${!addresses_of[@]}"; do [[ $key != '- '* ]] || all="${all:-} ${addresses_of[$key]}"; done
  for cidr; do
    [[ ${all:-} == *" ${cidr%/*}/"* ]] || faults+=("the plan says that this host has the address $cidr, and no interface has it")
  done
}

# print_routes FAMILY: the networks that this host has routes to, but for what is this lab's
print_routes() {
  local line words rest to single=/32
  look -
  (($1 == 4)) || single=/128
  for line in "${routes[@]}"; do
    [[ $line == "$1 "* ]] || continue
    read -ra words <<<"${line#* }"
    to=${words[0]}
    [[ $to != default && $to != fe80::/* && $to != ff00::/* ]] || continue
    # what leads over a link of this lab is its own, such as the network of a bridge
    [[ $line != *' dev '* ]] || { rest=${line#* dev } && [[ -z ${mine[${rest%% *}]:-} ]]; } || continue
    # ip leaves the prefix length of a single address away
    [[ $to == */* ]] || to+=$single
    in_journal "undo ip route del $to ${words[1]:-} ${words[2]:-} proto 78" ||
      printf '@route %s %s\n' "${words[0]}" "${words[*]:1:4}"
  done
}

# foreign_reason: what has the name of a step's part, and whose it is where that can be known
foreign_reason() {
  local what lab_of have
  what='something that is not of this lab has the name'
  case ${question[0]} in
  netns)
    if ! alive "${question[1]}"; then
      what="/run/netns/${question[1]} is a dead handle, left by something that was killed (ip netns del removes it)"
    else
      what="a namespace ${question[1]} is there already"
    fi
    ;;
  veth | bridge)
    what=${link_of["- ${question[1]}"]}
    what="an interface ${question[1]} is there already ($(kind_of_link "$what"))"
    ;;
  route)
    find_route "${question[@]:1}"
    what="there is a route already: ${have#* }"
    ;;
  esac
  if ((${#undo[@]})) && whose "undo ${undo[*]}"; then what+=", of the lab $lab_of"; fi
  reason=$what
}

# kind_of_link LINE: the driver that "ip -d link" names behind the second backslash, or the link layer
kind_of_link() {
  local rest=${1##*\\}
  read -r rest _ <<<"$rest"
  case $rest in
  'link/[1]') echo ether ;;
  link/*) echo "${rest#link/}" ;;
  *) echo "$rest" ;;
  esac
}

seen_netns() { # NAME
  handle "$1"
  case $REPLY in
  '') REPLY=absent ;;
  nsfs)
    REPLY=foreign
    ! owns_netns "$1" || REPLY=present
    ;;
  *)
    # a dead handle of ours is what a killed "ip netns add" leaves
    REPLY=foreign
    ! in_journal "undo ip netns del $1" || REPLY=absent
    ;;
  esac
}

seen_loopback() { # NAME
  local line
  look "$1"
  line=${link_of["$1 lo"]:-}
  REPLY=absent
  [[ $line != *[\<,]UP[,\>]*" group $group "* ]] || REPLY=present
}

seen_veth() { # DEVICE NS NS-DEVICE MAC NS-MAC MTU
  local line
  look -
  line="${link_of["- $1"]:-} "
  REPLY=foreign
  if [[ $line == ' ' ]]; then
    REPLY=absent
    ! takes_name "$2" "$3" || REPLY=different
  elif [[ $line == *" group $group "* ]]; then
    REPLY=different
    if [[ $line == *" link-netns $2 "* ]] && is_like "$line" "$4" "$6" && is_end "$2" "$3" "$line" "$5" "$6"; then REPLY=present; fi
  fi
}

# what has the names of both ends
instead_veth() { # as "seen_veth"
  if [[ -n ${link_of["- $1"]:-} ]]; then remove_first -4 - link del dev "$1"; fi
  [[ ${link_of["- $1"]:-} == *" link-netns $2 "* || -z ${link_of["$2 $3"]:-} ]] || remove_first -4 "$2" link del dev "$3"
}

seen_address() { # NS DEVICE ADDRESS/PREFIX
  local have
  look "$1"
  have=${addresses_of["$1 $2"]:-}
  REPLY=absent
  if [[ $have == *" $3 "* ]]; then
    REPLY=present
  elif [[ $have == *" ${3%/*}/"* ]]; then
    REPLY=different
  fi
}

# the same address with another prefix
instead_address() { # NS DEVICE ADDRESS/PREFIX
  local have words word
  have=${addresses_of["$1 $2"]:-}
  read -ra words <<<"$have"
  for word in "${words[@]}"; do [[ $word != "${3%/*}/"* ]] || remove_first -4 "$1" addr del "$word" dev "$2"; done
}

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

# A setting that happens to be on is not this lab's: others may turn it off, unless the journal has the need.
seen_forwarding() { # FAMILY
  local setting along value
  setting_of "$1"
  REPLY=absent
  if read_setting "$setting" && [[ $value == 1 ]] && in_journal "need $setting 1"; then
    REPLY=present
  fi
}

fault_forwarding() { setting_fault "$1"; }

seen_accept() { # TOOL MATCH...
  local rule="${*:2} -m comment --comment netloom:$lab -j ACCEPT"
  look_rules "$1"
  REPLY=absent
  if is_marked "$1 -t filter -A FORWARD $rule" || is_marked "$1 -t filter -A DOCKER-USER $rule"; then REPLY=present; fi
}

# step QUESTION... :: COMMAND... [:: UNDO...]: one step of the plan; what becomes of it depends on "mode"
step() {
  local part=0 word question=() run=() undo=()
  for word; do
    if [[ $word == :: ]]; then
      part=$((part + 1))
    else
      case $part in
      0) question+=("$word") ;;
      1) run+=("$word") ;;
      *) undo+=("$word") ;;
      esac
    fi
  done
  "seen_${question[0]}" "${question[@]:1}"
  "${mode}_step"
}

# find_fault: what keeps the present step from being carried out, into "reason"; false where nothing does
find_fault() {
  case $REPLY in
  foreign) foreign_reason ;;
  different)
    ! is_replaced || return 1
    reason='it is there in another shape; take the lab down first'
    ;;
  absent) declare -F "fault_${question[0]}" >/dev/null && "fault_${question[0]}" "${question[@]:1}" ;;
  *) return 1 ;;
  esac
}

# find_removals: of a part that is there in another shape, the commands that make room for it, into "removals"
removals=()
find_removals() {
  removals=()
  [[ $REPLY != different ]] || ! declare -F "instead_${question[0]}" >/dev/null || "instead_${question[0]}" "${question[@]:1}"
}

# remove_first -FAMILY NS WORDS...: of "find_removals": a command of ip
remove_first() {
  local at six=()
  inside "$2"
  [[ $1 == -4 ]] || six=(-6)
  at=(ip "${six[@]}" "${at[@]}" "${@:3}")
  removals+=("${at[*]}")
}

# is_replaced: true where what is there in another shape makes room. A file that somebody changed is his work, and stays.
is_replaced() {
  find_removals
  ((${#removals[@]}))
}

collect_step() {
  [[ $REPLY == present ]] || return 0
  ((${#undo[@]})) || return 0
  collect+=("undo ${undo[*]}")
  # folders that nobody uses any more
  [[ ${question[0]} != file ]] || collect+=('made /etc/netns' "made /etc/netns/${question[1]}")
}

# Networks of a plan that this host reaches elsewhere already: packets would go astray.

# networks of the plan, as its steps have them, and whether a step of it is absent
networks=() absent=0

# note_network: of a step that is checked: the network of an address, but for those that only their link knows
note_network() {
  [[ $REPLY != absent ]] || absent=1
  [[ ${question[0]} == address ]] || return 0
  case ${question[3]} in
  169.254.1.1/32 | fe80:*/64) ;;
  *) networks+=("${question[3]}") ;;
  esac
}

# find_overlaps: into "faults". What is up already has been through this; then only what comes to be counts.
find_overlaps() {
  local lines overlaps routes_here
  ((absent && ${#networks[@]})) || return 0
  split "$(print_routes 4 && print_routes 6)"
  routes_here=("${lines[@]#@route }")
  match_networks
  faults+=("${overlaps[@]}")
}

# match_networks: what of "networks" has an address in common with one of "routes_here", into "overlaps".
# Two networks overlap where they are equal up to the shorter of their prefixes. So a network looks among the routes up to
# its own length for its beginning at each length that there is, and among the longer ones for those that begin as it
# does: a few look-ups, however many routes there are.
match_networks() {
  local i at hits family length high low key lengths=() of_networks=() found=()
  # by "FAMILY LENGTH HIGH LOW", the numbers of routes: whole, and longer ones cut to the length of a network
  local -A whole=() cut=()
  overlaps=()
  for i in "${networks[@]}"; do of_networks[${i##*/}]=1; done
  for i in "${!routes_here[@]}"; do
    read_network "${routes_here[i]%% *}"
    lengths[length]=1
    mask "$length"
    whole[$key]+=" $i"
    for at in "${!of_networks[@]}"; do
      ((at < length)) || break
      mask "$at"
      cut[$key]+=" $i"
    done
  done
  for i in "${!networks[@]}"; do
    read_network "${networks[i]}"
    hits=''
    for at in "${!lengths[@]}"; do
      ((at <= length)) || break
      mask "$at"
      hits+=${whole[$key]:-}
    done
    mask "$length"
    hits+=${cut[$key]:-}
    for at in $hits; do found[at]+=" $i"; done
  done
  for at in "${!found[@]}"; do
    for i in ${found[at]}; do
      overlaps+=("the network of ${networks[i]} overlaps a route of this host: ${routes_here[at]}")
    done
  done
}

# mask LENGTH: what so many bits of "high" and "low" are, into "key"
mask() {
  if (($1 == 0)); then
    # by 64 bash would not shift at all
    key="$family 0 0 0"
  elif (($1 <= 64)); then
    key="$family $1 $((high & -1 << (64 - $1))) 0"
  else
    key="$family $1 $high $((low & -1 << (128 - $1)))"
  fi
}

# read_network ADDRESS[/LENGTH]: into "family" and "length", its first 64 bits into "high", and the others into "low"
read_network() {
  local address=${1%/*} head tail words=() IFS
  if [[ $address != *:* ]]; then
    IFS=.
    # shellcheck disable=SC2206 # numbers
    words=($address)
    family=4 length=32 low=0
    high=$((words[0] << 56 | words[1] << 48 | words[2] << 40 | words[3] << 32))
  else
    if [[ $address == *.* ]]; then
      # the last 32 bits as IPv4 has them
      IFS=.
      # shellcheck disable=SC2206 # numbers
      words=(${address##*:})
      printf -v address '%s:%x:%x' "${address%:*}" $((words[0] << 8 | words[1])) $((words[2] << 8 | words[3]))
    fi
    IFS=:
    # "::" stands for as many zeros as are missing of eight words
    # shellcheck disable=SC2206 # numbers
    head=(${address%%::*}) tail=()
    # shellcheck disable=SC2206 # numbers
    [[ $address != *::* ]] || tail=(${address#*::})
    words=(0 0 0 0 0 0 0 0)
    words=("${head[@]}" "${words[@]:${#head[@]}+${#tail[@]}}" "${tail[@]}")
    family=6 length=128
    high=$((16#${words[0]} << 48 | 16#${words[1]} << 32 | 16#${words[2]} << 16 | 16#${words[3]}))
    low=$((16#${words[4]} << 48 | 16#${words[5]} << 32 | 16#${words[6]} << 16 | 16#${words[7]}))
  fi
  [[ $1 != */* ]] || length=${1##*/}
}

# bash heeds a signal when the command that it runs has ended, and one that hangs does not end. So this program only waits,
# and a second one does the work, in a process group of its own: there a signal reaches the command as well.
worker='' begun='' interrupted='' heard='' since=''

# work VERB: carries it out, and ends as it did
work() {
  local code
  trap 'hand_on INT' INT
  trap 'hand_on TERM' TERM
  trap 'hand_on HUP' HUP
  exec 3>&1
  set -m
  coproc worker_of "$1" >&3
  worker=$!
  set +m
  exec 3>&-
  while
    heard='' code=0
    wait "$worker" || code=$?
    [[ -n $heard ]]
  do :; done
  if [[ $since == over ]]; then
    complain 'it was ended in the middle; "down" removes what is left'
    code=1
  fi
  exit "$code"
}

# hand_on SIGNAL: by the first one "up" is undone, and "down" goes on to its end. A later one ends what hangs there; not
# one that comes with the first, as from a terminal and from the program that runs this one.
hand_on() {
  heard=1
  if [[ -z $since ]]; then
    since=$SECONDS
    kill -s "$1" -- "-${worker:-$!}" 2>/dev/null || true
  elif [[ $since != over ]] && ((SECONDS - since >= 2)); then
    since=over
    kill -KILL -- "-$worker" 2>/dev/null || true
  fi
}

# worker_of VERB: beside it something waits for the end of a pipe that only this program holds open: when that is killed,
# what it was at goes too, and with it the lock, which a command that hangs would keep.
worker_of() {
  local guard
  # what it starts is of its group
  set +m
  trap - INT TERM HUP
  exec 4<&0 </dev/null
  {
    trap '' INT TERM HUP
    read -r _ || true
    kill -KILL 0
  } <&4 >/dev/null 2>&1 &
  guard=$!
  exec 4<&-
  # shellcheck disable=SC2064 # its number as it is now
  trap "end_work $guard" EXIT
  "$1"
}

# end_work GUARD: what ends by something that nobody foresaw is undone too
end_work() {
  local code=$?
  # not in the trap itself: see "up"
  if [[ -n $begun ]]; then
    (fail_up "it ended with code $code, and not by itself") || true
    code=1
  fi
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  exit "$code"
}

status_step() {
  printf '%-9s %s\n' "$REPLY" "${run[*]}"
  [[ $REPLY == present ]] || complete=0
}

# Chains of packet filters ("PLACE TOOL CHAIN") of which a rule is missing, and those where one behind it is there: the first
# that matches decides, so these are made again as a whole.
declare -A gaps=() disordered=()

# look_at_order: of a step that is checked
look_at_order() {
  local chain="${question[*]:1:2} ${question[4]:-}"
  [[ ${question[0]} == filter && ${question[3]} == -A ]] || return 0
  if [[ $REPLY == absent ]]; then gaps[$chain]=1; else [[ -z ${gaps[$chain]:-} ]] || disordered[$chain]=1; fi
}

# make_again: of a step that is carried out: in such a chain it is absent
make_again() {
  local chain="${question[*]:1:2} ${question[4]:-}" text
  [[ ${question[0]} == filter && ${question[3]} == -A && -n ${disordered[$chain]:-} ]] || return 0
  REPLY=absent
  [[ ${disordered[$chain]} != emptied ]] || return 0
  disordered[$chain]=emptied
  if [[ ${question[1]} == - ]]; then
    add_rules "${question[2]}" filter "~${question[4]}"
  else
    text="-F ${question[4]}"
    fill_inside "${question[2]}" "${question[1]}"
  fi
}

# make_room: of a step that is carried out: what is there in another shape goes, and what hangs on that is absent from then on
make_room() {
  local words
  is_replaced || return 0
  REPLY=absent
  for text in "${removals[@]}"; do
    read -ra words <<<"$text"
    printf '%s\n' "- $text"
    "${words[@]}" || return
  done
  forget
}

up_step() {
  local said='' text
  [[ -z $interrupted ]] || fail_up interrupted
  make_again || fail_up "the chain ${question[4]} cannot be emptied: $said"
  [[ $REPLY != different ]] || make_room || fail_up "this step failed: $text"
  [[ $REPLY == absent ]] || return 0
  printf '%s\n' "+ ${run[*]}"
  case ${question[0]}-${run[0]} in
  forwarding-*) forward "${question[1]}" ;;
  # a rule of the host
  *-ip*tables)
    case ${run[5]} in
    -I) run[6]="!${run[6]}" ;;
    -N) run[6]="+${run[6]}" ;;
    esac
    add_rules "${run[0]}" "${run[4]}" "${run[*]:6}"
    ;;
  # and of a namespace
  filter-*) text="${question[*]:3}" && fill_inside "${question[2]}" "${question[1]}" ;;
  file-*)
    printf -v text '\n%s' "${question[@]:3}"
    write_files "${question[1]}/${question[2]}$text"
    ;;
  setting-*) text="${question[*]:2}" && settle "${question[1]}" ;;
  *)
    { ((${#undo[@]} == 0)) || note "undo ${undo[*]}"; } && "${run[@]}"
    ;;
  esac || {
    # which of several it was is for the runner
    [[ -z $said || -n $interrupted ]] || printf '%s\n' "${said%$'\n''Command failed -:'*}" >&2
    [[ ${run[*]} != 'ip netns add '* ]] || disowned[${run[3]}]=1
    fail_up "this step failed: ${run[*]}"
  }
  changed=1
}

fail_up() {
  begun=''
  if [[ -n $interrupted ]]; then complain interrupted; else complain "$1"; fi
  complain 'what was done is undone'
  roll_back
  ((problems)) || rm -f "$dir/plan.2"
  ((problems == 0)) || complain "$problems part(s) could not be removed; \"down\" tries again"
  exit 1
}

check_step() {
  local reason
  look_at_order
  note_network
  if find_fault; then faults+=("${run[*]}: $reason"); fi
}

lock_host() {
  take_lock 30 || {
    complain 'another run has kept the lock of this host for 30 seconds'
    exit 1
  }
}

refuse_faults() {
  ((${#faults[@]})) || return 0
  complain 'nothing was changed:'
  printf '  %s\n' "${faults[@]}" >&2
  exit 1
}

waiting() { :; }

refuse_held() {
  complain 'nothing was changed; end these processes, or write "down --force":'
  printf '  %s\n' "${held[@]}" >&2
  exit 1
}

# ready: this machine can do it, no other run is at it, and what an earlier run did is known
ready() {
  case $firewall in
  '' | iptables | nft) ;;
  *) faults+=("NETLOOM_FIREWALL is iptables or nft, and not $firewall") ;;
  esac
  find_missing
  refuse_faults
  ! takes_rules || list_ahead
  find_powers && find_refusals "$(try_veth)"
  refuse_faults
  lock_host
  read_journal
}

# check_record: a lab that is up by another plan is not for this script to change, but for what that lacks: it has only the
# steps of its own
check_record() {
  local text file line lines
  local -A own=()
  [[ -f $dir/plan ]] || return 0
  read_record
  split "$text"
  for line in "${lines[@]}"; do own[${line%,}]=1; done
  for file in "$dir"/plan "$dir"/plan.[2-9]; do
    [[ -f $file ]] || continue
    split "$(<"$file")"
    for line in "${lines[@]}"; do
      [[ $line == '{"kind":'* && -z ${own[${line%,}]:-} ]] || continue
      faults+=("lab $lab is up by another plan: netloom's up() changes it in place; else take it down first")
      return 0
    done
  done
}

# keep_record: before anything is made, beside the plan to which this one adds
keep_record() {
  local text
  read_record
  if [[ ! -f $dir/plan ]]; then
    printf %s "$text" >"$dir/plan"
  elif [[ $(<"$dir/plan") != "${text%$'\n'}" ]]; then
    printf %s "$text" >"$dir/plan.2"
  fi
}

# settle_record: it is the lab's from now on
settle_record() { [[ ! -f $dir/plan.2 ]] || mv -f "$dir/plan.2" "$dir/plan"; }

up() {
  ready
  check_record
  refuse_faults
  find_absent "${addresses[@]}"
  find_firewall_faults
  mode=check
  plan
  find_overlaps
  refuse_faults
  begun=1
  # the command that runs gets the signal too, and fails. Not undone in here: in a trap "return" has the code from before it,
  # and what it ends is the undo.
  trap 'interrupted=1' INT TERM HUP
  { begin_run && keep_record; } || fail_up "the journal $journal cannot be written"
  mode=up
  plan
  # from here on it is up, whatever comes
  trap '' INT TERM HUP
  [[ -z $interrupted ]] || fail_up interrupted
  { end_run && settle_record; } || fail_up "the journal $journal cannot be written"
  begun=''
  if ((changed)); then echo "lab $lab is up"; else echo "lab $lab was up already"; fi
}

down() {
  ready
  take_down
  if ((problems)); then
    complain "$problems part(s) could not be removed"
    exit 1
  fi
  echo "lab $lab is down"
}

status() {
  find_missing
  find_powers || true
  refuse_faults
  look -
  read_journal
  mode=status
  plan
  ((complete)) || exit 3
}

usage() {
  cat <<END
usage: [NETLOOM_FIREWALL=iptables|nft] $0 up | down [--force] | status | help
  up      make lab $lab; what is there stays, and a failure undoes what was done
  down    remove it, in reverse order; --force ends the processes of others in its namespaces
  status  what of it is there: present, absent, different or foreign; exit code 0 where all is present, else 3
END
}

mode='' prefix='' firewall=${NETLOOM_FIREWALL:-} complete=1 changed=0 force=0 faults=() collect=() held=()
[[ ${1:-} != down || ${2:-} != --force ]] || force=1
case ${1:-} in
up | down) work "$1" ;;
status) status ;;
help | -h | --help) usage ;;
*)
  usage >&2
  exit 2
  ;;
esac
