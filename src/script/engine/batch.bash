# batch NUMBER NS JOURNAL-LINE...: commands from standard input, in one process of ip
batch() {
  local number=$1 commands=() command=(ip -batch -)
  [[ $2 == - ]] || command=(ip -n "$2" -batch -)
  shift 2
  note "$@"
  mapfile -t commands
  report "$number" feed
}

feed() { printf '%s\n' "${commands[@]}" | "${command[@]}"; }

# rule_batch NUMBER TOOL SPEC...: accept rules, all or none
rule_batch() { report "$1" add_rules "${@:2}"; }

setting_batch() { report "$1" forward "$2"; }

# report NUMBER COMMAND...: runs a batch and tells how it went; a failure ends the run and undoes it
report() {
  local number=$1 err code=0
  shift
  # without a subshell around functions, which keep the journal
  "$@" 2>"$dir/stderr" >/dev/null || code=$?
  if ((code == 0)); then
    printf '@ok %s\n' "$number"
    return 0
  fi
  err=$(<"$dir/stderr")
  printf '@failed %s %s %s\n' "$number" "$code" "${err//$'\n'/$'\t'}"
  rm -f "$dir/stderr"
  if [[ $err =~ 'Command failed -:'([0-9]+) ]]; then
    for err in "${commands[@]:BASH_REMATCH[1]-1}"; do
      [[ $err != 'netns add '* ]] || disown_namespace "${err#netns add }"
    done
  fi
  roll_back
  exit 1
}

mode='' prefix='@undo ' faults=() collect=()

# check_machine: prints what this machine lacks, and ends there
check_machine() {
  find_faults
  ((${#faults[@]})) || return 0
  printf '@fault %s\n' "${faults[@]}"
  exit 1
}

# lock_host SECONDS
lock_host() {
  take_lock "$1" && return 0
  echo '@busy'
  exit 1
}

# what there is of each step, a word a line
probe_all() {
  check_machine
  read_journal
  mode=probe
  plan
}

end_batches() {
  rm -f "$dir/stderr"
  end_run
}

# the run before this one was ended from outside
roll_back_last() {
  read_journal
  split_last_run
  roll_back
}

down_all() {
  check_machine
  read_journal
  ((${#journal_lines[@]})) || echo '@no-journal'
  take_down
}
