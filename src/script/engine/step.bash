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
