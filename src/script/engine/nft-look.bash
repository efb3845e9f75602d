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
