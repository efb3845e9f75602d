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
