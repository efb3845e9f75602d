# The rules of the table filter, of each tool. "legacy" and "docker" are set where it is so, "top" where a rule of the
# chain FORWARD does anything else than accept, and "chained" where that chain is there for sure.
declare -A legacy=() docker=() top=() chained=() copies=() chain_of=() adds_of=()
# what bears the lab's mark, in the order in which it stands there: "TOOL -A CHAIN SPEC"
marked=()

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

# look_rules TOOL: the rules with this lab's mark, into "marked" and "copies", and what "place_rules" asks
look_rules() {
  local lines line names=/proc/net/ip_tables_names
  once "rules $1" || return 0
  [[ $1 == iptables ]] || names=/proc/net/ip6_tables_names
  if ! is_nft "$1"; then
    legacy[$1]=1
    is_loaded "$names" || return 0
  fi
  split "$("$1-save" -t filter 2>/dev/null)"
  for line in "${lines[@]}"; do
    case $line in
    '-A '*[\"\ ]"netloom:$lab"[\"\ ]*' -j ACCEPT')
      line="$1 ${line//\"/}"
      marked+=("$line")
      copies[$line]=1
      ;;
    ':DOCKER-USER '*) docker[$1]=1 ;;
    # the tool shows a chain that is not there as an empty one
    ':FORWARD ACCEPT [0:0]') ;;
    ':FORWARD '* | '-A FORWARD '*' -j ACCEPT') chained[$1]=1 ;;
    '-A FORWARD '*) top[$1]=1 chained[$1]=1 ;;
    esac
  done
}

# is_marked RULE: true where it is there, as "marked" has it
is_marked() { [[ -n ${copies[$1]:-} ]]; }

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
  [[ -z ${legacy[$1]:-}${chained[$1]:-} ]] && ! in_journal "chain $1" && command -v nft >/dev/null || return 0
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

# remove_rules TOOL: of the marked rules those that "rules" has, as a journal has them, go in one process, copies too. The
# tool looks for each from the top: in the order in which they stand it finds each at once.
remove_rules() {
  local tool=$1 line text said spec deletes=()
  if ! command -v "$tool" >/dev/null; then
    stuck "$tool" 'the tool is missing'
    return 0
  fi
  look_rules "$tool"
  for line in "${marked[@]}"; do
    spec=${line#"$tool -A "}
    [[ $line == "$spec" || -z ${rules["undo $tool -w 5 -t filter -D $spec"]:-} ]] || deletes+=("-D $spec")
  done
  ((${#deletes[@]})) || return 0
  printf -v text '%s\n' '*filter' "${deletes[@]}" COMMIT
  if feed "$tool-restore" -w 5 --noflush; then
    undone "${deletes[@]/#/$tool -t filter }"
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
