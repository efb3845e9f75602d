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
