# The rules of the table filter, of each tool. "legacy" and "docker" are set where it is so, and "top" where a rule
# of the chain FORWARD does anything else than accept.
declare -A legacy=() docker=() top=() copies=() chain_of=() adds_of=()

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

# is_loaded TABLES-FILE: true where the kernel has the legacy table; the tool would load it by looking
is_loaded() {
  local name
  [[ -r $1 ]] || return 1
  while read -r name; do [[ $name != filter ]] || return 0; done <"$1"
  return 1
}

# look_rules TOOL: how often each rule with this lab's mark is there, into "copies", and what "place_rules" asks
look_rules() {
  local line names=/proc/net/ip_tables_names
  once "rules $1" || return 0
  [[ $1 == iptables ]] || names=/proc/net/ip6_tables_names
  if ! is_nft "$1"; then
    legacy[$1]=1
    is_loaded "$names" || return 0
  fi
  while read -r line; do
    case $line in
    ':DOCKER-USER '*) docker[$1]=1 ;;
    '-A FORWARD '*' -j ACCEPT') ;;
    '-A FORWARD '*) top[$1]=1 ;;
    esac
    line=${line//\"/}
    [[ $line != '-A '*" netloom:$lab "* ]] || copies["$1 $line"]=$((${copies["$1 $line"]:-0} + 1))
  done < <("$1-save" -t filter 2>/dev/null)
}

# place_rules TOOL: where an accept rule takes effect. Docker and firewalls drop before the end of FORWARD
# is reached; then ours go to the top, of Docker's own chain where it has one.
place_rules() {
  look_rules "$1"
  chain_of[$1]=FORWARD adds_of[$1]='-A FORWARD'
  if [[ -n ${docker[$1]:-} ]]; then
    chain_of[$1]=DOCKER-USER adds_of[$1]='-I DOCKER-USER 1'
  elif [[ -n ${top[$1]:-} ]]; then
    adds_of[$1]='-I FORWARD 1'
  fi
}

# note_table TOOL: journals what of its table the tool is about to make, so that down can remove it
note_table() {
  local family=ip line table='' missing=("table $1" "chain $1")
  [[ $1 == iptables ]] || family=ip6
  [[ -z ${journaled["chain $1"]:-} && -z ${legacy[$1]:-} ]] && command -v nft >/dev/null || return 0
  while read -r line; do
    [[ $line != 'table '* ]] || table=$line
    [[ $table == "table $family filter {" ]] || continue
    [[ $line != "$table" ]] || missing=("chain $1")
    [[ $line != 'chain FORWARD {' ]] || missing=()
  done < <(nft list chains "$family" 2>/dev/null)
  note "${missing[@]}"
}

# add_rules TOOL SPEC...: "FORWARD -o DEVICE ..." each, all or none
add_rules() {
  local tool=$1 spec text undos=() adds=()
  shift
  place_rules "$tool"
  note_table "$tool" || return
  for spec; do
    undos+=("undo $tool -w 5 -t filter -D ${chain_of[$tool]} ${spec#FORWARD }")
    adds+=("${adds_of[$tool]} ${spec#FORWARD }")
  done
  note "${undos[@]}" || return
  printf -v text '%s\n' '*filter' "${adds[@]}" COMMIT
  feed "$tool-restore" -w 5 --noflush
}

# remove_rules TOOL LINE...: "-D CHAIN SPEC" each; those that are there go in one process, copies too
remove_rules() {
  local tool=$1 line text said deletes=() i
  shift
  (($#)) || return 0
  if ! command -v "$tool" >/dev/null; then
    stuck "$tool" 'the tool is missing'
    return 0
  fi
  look_rules "$tool"
  for line; do
    for ((i = ${copies["$tool -A ${line#-D }"]:-0}; i > 0; i--)); do deletes+=("$line"); done
  done
  ((${#deletes[@]})) || return 0
  printf -v text '%s\n' '*filter' "${deletes[@]}" COMMIT
  if feed "$tool-restore" -w 5 --noflush; then
    for line in "${deletes[@]}"; do undone "$tool -t filter $line"; done
  else
    stuck "$tool-restore --noflush" "$said"
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
