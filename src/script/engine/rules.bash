declare -A chain_of=() adds_of=()

# place_rules TOOL: where an accept rule takes effect. Docker and firewalls drop before the end of FORWARD
# is reached; then ours go to the top, of Docker's own chain where it has one.
place_rules() {
  local line
  once "place $1" || return 0
  look_rules "$1"
  chain_of[$1]=FORWARD adds_of[$1]='-A FORWARD'
  if [[ ${rules_of[$1]:-} == *$'\n-N DOCKER-USER\n'* ]]; then
    chain_of[$1]=DOCKER-USER adds_of[$1]='-I DOCKER-USER 1'
    return 0
  fi
  while read -r line; do
    [[ $line == '-A FORWARD '* && $line != *' -j ACCEPT' ]] || continue
    adds_of[$1]='-I FORWARD 1'
  done <<<"${rules_of[$1]:-}"
}

# note_table TOOL: journals what of its table the tool is about to make, so that down can remove it
note_table() {
  local family=ip
  [[ $1 == iptables ]] || family=ip6
  [[ -z ${journaled["chain $1"]:-} ]] || return 0
  [[ $("$1" -V) == *nf_tables* ]] && command -v nft >/dev/null || return 0
  nft list table "$family" filter >/dev/null 2>&1 || note "table $1" || return
  nft list chain "$family" filter FORWARD >/dev/null 2>&1 || note "chain $1"
}

# add_rules TOOL SPEC...: "FORWARD -o DEVICE ..." each, all or none
add_rules() {
  local tool=$1 spec undos=() adds=()
  shift
  place_rules "$tool"
  note_table "$tool" || return
  for spec; do
    undos+=("undo $tool -w 5 -t filter -D ${chain_of[$tool]} ${spec#FORWARD }")
    adds+=("${adds_of[$tool]} ${spec#FORWARD }")
  done
  note "${undos[@]}" || return
  printf '%s\n' '*filter' "${adds[@]}" COMMIT | "$tool-restore" -w 5 --noflush
}

# remove_rules TOOL LINE...: "-D CHAIN SPEC" each; those that are there go in one process, copies too
remove_rules() {
  local tool=$1 line deletes=() rest err
  shift
  (($#)) || return 0
  if ! command -v "$tool" >/dev/null; then
    stuck "$tool" 'the tool is missing'
    return 0
  fi
  look_rules "$tool"
  for line; do
    rest=${rules_of[$tool]:-}
    while [[ $rest == *$'\n'"-A ${line#-D }"$'\n'* ]]; do
      deletes+=("$line")
      rest=$'\n'${rest#*$'\n'"-A ${line#-D }"$'\n'}
    done
  done
  ((${#deletes[@]})) || return 0
  if err=$(printf '%s\n' '*filter' "${deletes[@]}" COMMIT | "$tool-restore" -w 5 --noflush 2>&1); then
    for line in "${deletes[@]}"; do undone "$tool -t filter $line"; done
  else
    stuck "$tool-restore --noflush" "$err"
  fi
}

# remove_table table|chain TOOL: removes what of the table only this lab needed, if nothing is in it any more
remove_table() {
  local family=ip err
  [[ $2 == iptables ]] || family=ip6
  if heir_of "undo $2 *"; then
    bequeath "$heir" "$1 $2"
  elif [[ $1 == chain ]]; then
    # refused where a rule or a policy is in it
    err=$("$2" -w 5 -t filter -X FORWARD 2>&1) && return
    [[ $(nft list chain "$family" filter FORWARD 2>/dev/null) != *'policy accept;'$'\n\t}\n'* ]] ||
      stuck "$2 -t filter -X FORWARD" "$err"
  elif [[ $(nft list table "$family" filter 2>/dev/null || echo chain) != *chain* ]]; then
    err=$(nft delete table "$family" filter 2>&1) || stuck "nft delete table $family filter" "$err"
  fi
}
