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

mode='' prefix='@undo ' faults=() collect=() held=()

# stop_at_faults: prints them, and ends there
stop_at_faults() {
  ((${#faults[@]})) || return 0
  printf '@fault %s\n' "${faults[@]}"
  exit 1
}

refuse_held() {
  printf '@held %s\n' "${held[@]}"
  exit 1
}

# start SECONDS: this machine has the tools, no other run is at it, and what an earlier run did is known
start() {
  find_missing
  stop_at_faults
  take_lock "$1" || {
    echo '@busy'
    exit 1
  }
  read_journal
}

# look: what an earlier run did is known, and nothing is to be changed
look() {
  find_missing
  stop_at_faults
  read_journal
}

# a word for each step, with what is in its way
probe_step() {
  local reason=''
  if find_fault; then printf '%s %s\n' "$REPLY" "$reason"; else printf '%s\n' "$REPLY"; fi
}

status_step() { printf '%s\n' "$REPLY"; }

# probe_all: before a change: what there is of each step, what this system refuses, and its routes
probe_all() {
  find_refusals
  find_absent "${addresses[@]}"
  ((${#faults[@]} == 0)) || printf '@fault %s\n' "${faults[@]}"
  print_routes 4
  print_routes 6
  mode=probe
  plan
}

# print_routes FAMILY: the networks that this host has routes to, but for what is this lab's
print_routes() {
  local line words to single=/32
  (($1 == 4)) || single=/128
  while read -r line; do
    read -ra words <<<"$line"
    case ${words[0]} in
    default | local | broadcast | multicast | anycast) continue ;;
    unreachable | blackhole | prohibit | throw | unicast) words=("${words[@]:1}") ;;
    esac
    [[ ${words[0]} != fe80::/* && ${words[0]} != ff00::/* ]] || continue
    # ip leaves the prefix length of a single address away
    to=${words[0]}
    [[ $to == */* ]] || to+=$single
    [[ -n ${journaled["undo ip route del $to ${words[1]:-} ${words[2]:-} proto 78"]:-} ]] ||
      printf '@route %s %s\n' "${words[0]}" "${words[*]:1:4}"
  done < <(ip "-$1" -o route show table all)
}

status_all() {
  find_powers || stop_at_faults
  mode=status
  plan
}

end_batches() {
  rm -f "$dir/stderr"
  end_run
}

start_batches() {
  begin_run
  echo '@begun'
}

# roll_back_last [own]: the run before this one was ended from outside, maybe behind its last line
roll_back_last() {
  split_last_run "$@"
  roll_back
}

down_all() {
  find_powers || stop_at_faults
  ((${#journal_lines[@]})) || echo '@no-journal'
  take_down
}
