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

check_step() {
  local reason
  case $REPLY in
  foreign) faults+=("${run[*]}: something that is not of this lab has the name") ;;
  different) faults+=("${run[*]}: it is there in another shape; take the lab down first") ;;
  esac
  if [[ ${run[0]} == sysctl && $REPLY == absent ]] && refuse_forwarding "${question[1]}"; then
    faults+=("$reason")
  fi
}

collect_step() {
  if [[ $REPLY == present ]] && ((${#undo[@]})); then collect+=("undo ${undo[*]}"); fi
}

probe_step() {
  local reason
  printf '%s\n' "$REPLY"
  if [[ ${run[0]} == sysctl && $REPLY == absent ]] && refuse_forwarding "${question[1]}"; then
    printf '@fault %s\n' "$reason"
  fi
}
