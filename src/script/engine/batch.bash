# What the runner tells: "@..." lines, and otherwise a word for each step.
said=''
lanes=()

# batch NUMBER COMMANDS JOURNAL-LINE...: commands of the host, in one process of ip
batch() {
  local number=$1 text=$2
  shift 2
  note "$@"
  report "$number" feed ip -batch -
}

# rule_batch NUMBER TOOL SPEC...: accept rules, all or none
rule_batch() { report "$1" add_rules "${@:2}"; }

setting_batch() { report "$1" forward "$2"; }

# report NUMBER COMMAND...: runs a batch and tells how it went; a failure ends the run and undoes it
report() {
  local code=0
  "${@:2}" || code=$?
  if ((code)); then
    tell_failure "$1" "$code"
    disown_refused
    give_up
  fi
  printf '@ok %s\n' "$1"
}

tell_failure() { # NUMBER CODE
  printf '@failed %s %s %s\n' "$1" "$2" "${said//$'\n'/$'\t'}"
}

# disown_refused: a namespace that this batch was refused is none of ours, and nothing behind it was made
disown_refused() {
  local line lines=()
  [[ $said =~ 'Command failed -:'([0-9]+) ]] || return 0
  mapfile -t lines <<<"${text:-}"
  for line in "${lines[@]:BASH_REMATCH[1]-1}"; do
    [[ $line != 'netns add '* ]] || disown_namespace "${line#netns add }"
  done
}

# give_up: the run is undone, once nothing goes on beside it
give_up() {
  if ((${#lanes[@]})); then
    : >"$dir/failed"
    wait "${lanes[@]}" || true
    rm -f "$dir/failed"
  fi
  roll_back
  exit 1
}

# inner NUMBER NS COMMANDS: commands inside a namespace, for a lane
inner_text=() inner_place=()
inner() { inner_text[$1]=$3 inner_place[$1]=$2; }

# lane NUMBER...: runs these, one after another, as long as nothing fails anywhere
lane() {
  local number text at code
  for number; do
    [[ ! -e $dir/failed ]] || return 1
    inside "${inner_place[number]}"
    text=${inner_text[number]} code=0
    feed ip "${at[@]}" -batch - || code=$?
    if ((code)); then
      tell_failure "$number" "$code"
      return 1
    fi
    printf '@ok %s\n' "$number"
  done
}

# start_lanes COUNT: what is inside namespaces is made beside the rest, in so many processes; what needs but one is
# made at once
start_lanes() {
  local i k numbers=("${!inner_text[@]}") share
  if (($1 < 2)); then
    lane "${numbers[@]}" || give_up
    return 0
  fi
  for ((i = 0; i < $1; i++)); do
    share=()
    for ((k = i; k < ${#numbers[@]}; k += $1)); do share+=("${numbers[k]}"); done
    lane "${share[@]}" &
    lanes+=($!)
  done
}

# join_lanes: waits for them; where one failed, it has said so
join_lanes() {
  local pid
  for pid in "${lanes[@]}"; do wait "$pid" || give_up; done
}

mode='' prefix='@undo ' faults=() collect=() held=()

# refuse_faults: prints them, and ends there
refuse_faults() {
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
  refuse_faults
  take_lock "$1" || {
    echo '@busy'
    exit 1
  }
  echo '@locked'
  read_journal
}

# look_on: what an earlier run did is known, and nothing is to be changed
look_on() {
  find_missing
  refuse_faults
  look -
  read_journal
}

# a word for each step, with what is in its way
probe_step() {
  local reason=''
  if find_fault; then printf '%s %s\n' "$REPLY" "$reason"; else printf '%s\n' "$REPLY"; fi
}

status_step() { printf '%s\n' "$REPLY"; }

# probe FAMILY...: before a change: what this system refuses, and the routes of the host
probe() {
  local family
  find_refusals
  find_absent "${addresses[@]}"
  ((${#faults[@]} == 0)) || printf '@fault %s\n' "${faults[@]}"
  for family; do print_routes "$family"; done
}

# ask QUESTION...: whether one of the things is there that are removed by themselves, or something has its name
fresh=1
ask() {
  ((fresh)) || return 0
  "seen_$1" "${@:2}"
  [[ $REPLY == absent ]] || fresh=0
}

ask_setting() {
  local reason
  ! setting_fault "$1" || fresh=0
}

# tell_fresh: where none of what is removed by itself is there, all else, which stands on it, is not there either
tell_fresh() {
  ((${#journal_lines[@]} == 0)) || fresh=0
  ((fresh == 0)) || echo '@fresh'
}

# probe_all: what there is of each step
probe_all() {
  mode=probe
  plan
}

# print_routes FAMILY: the networks that this host has routes to, but for what is this lab's
print_routes() {
  local line words to single=/32
  look -
  (($1 == 4)) || single=/128
  for line in "${routes[@]}"; do
    [[ $line == "$1 "* ]] || continue
    read -ra words <<<"${line#* }"
    to=${words[0]}
    [[ $to != default && $to != fe80::/* && $to != ff00::/* ]] || continue
    # ip leaves the prefix length of a single address away
    [[ $to == */* ]] || to+=$single
    [[ -n ${journaled["undo ip route del $to ${words[1]:-} ${words[2]:-} proto 78"]:-} ]] ||
      printf '@route %s %s\n' "${words[0]}" "${words[*]:1:4}"
  done
}

status_all() {
  find_powers || refuse_faults
  mode=status
  plan
}

end_batches() {
  join_lanes
  end_run
}

start_batches() {
  begin_run
  # a run that was killed while it gave up
  [[ ! -e $dir/failed ]] || rm -f "$dir/failed"
  echo '@begun'
}

# roll_back_last [own]: the run before this one was ended from outside, maybe behind its last line
roll_back_last() {
  split_last_run "$@"
  roll_back
}

# down_all: by the journal. Where there is none, it takes the plan, which is told when it is asked for.
down_all() {
  find_powers || refuse_faults
  if ((${#journal_lines[@]} == 0)) && ! declare -F plan >/dev/null; then
    echo '@no-journal'
  else
    take_down
  fi
}
