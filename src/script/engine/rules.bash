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
