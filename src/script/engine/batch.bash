# What the runner tells: "@..." lines, and otherwise a word for each step.
said=''

# batch NUMBER COMMANDS: commands of the host, in one process of ip
batch() {
  local text=$2
  report "$1" feed ip -batch -
}

# rule_batch NUMBER TOOL TABLE SPEC...: rules, all or none
rule_batch() { report "$1" add_rules "${@:2}"; }

# setting_batch NUMBER FAMILY...: the host forwards
setting_batch() { report "$1" forward_each "${@:2}"; }

# file_batch NUMBER BLOCK...: files of namespaces
file_batch() { report "$1" write_files "${@:2}"; }

# forward_each FAMILY...: which one was refused, it says as ip -batch does
forward_each() {
  local family number=0
  for family; do
    number=$((number + 1))
    forward "$family" || {
      said+=$'\n'"Command failed -:$number"
      return 1
    }
  done
}

# announce LINES: what the journal must have before the batches of ip
announce() { note_text "$1" || give_up; }

# report NUMBER COMMAND...: runs a batch and tells how it went; a failure ends the run and undoes it
report() {
  local code=0
  "${@:2}" || code=$?
  ((code == 0)) || fail_batch "$1" "$code" || give_up
  printf '@ok %s\n' "$1"
}

# fail_batch NUMBER CODE: tells it, and is false. A namespace that the batch was refused is none of ours, and nothing
# behind it was made; what runs beside this one is told, and ends.
fail_batch() {
  local lines line refused=()
  said=${said//"$WAY"/}
  printf '@failed %s %s %s\n' "$1" "$2" "${said//$'\n'/$'\t'}"
  if [[ $said =~ 'Command failed -:'([0-9]+) ]]; then
    split "${text:-}"
    for line in "${lines[@]:BASH_REMATCH[1]-1}"; do
      [[ $line != 'netns add '* ]] || refused+=("${line#netns add }")
    done
  fi
  printf '%s\n' "${refused[@]}" >>"$dir/failed"
  return 1
}

# give_up: the run is undone, once nothing goes on beside it
give_up() {
  local name
  if ((${#lanes[@]})); then
    : >>"$dir/failed"
    # without words it would wait for what guards this session, which does not end
    wait "${lanes[@]}" || true
  fi
  if [[ -e $dir/failed ]]; then
    while read -r name; do [[ -z $name ]] || disowned[$name]=1; done <"$dir/failed"
    rm -f "$dir/failed"
  fi
  roll_back
  exit 1
}

# look_on: what an earlier run did is known, and nothing is to be changed
look_on() {
  find_missing
  refuse_faults
  look -
  read_journal
}

# ask UNDO QUESTION...: a step of the plan, without what would carry it out; what is said of it depends on "mode"
told=()
ask() {
  local undo=(${1:+"$1"}) question=("${@:2}")
  "seen_$2" "${@:3}"
  "${mode}_step"
  told+=("$REPLY")
  # each line is a sign of life, and takes its time
  ((${#told[@]} < 100)) || tell
}

# tell: what was asked last
tell() {
  ((${#told[@]} == 0)) || printf '%s\n' "${told[@]}"
  told=()
}

# a word for each step, with what is in its way
probe_step() {
  local reason=''
  if [[ $REPLY == different ]]; then
    gone_step
  elif find_fault; then
    REPLY+=" $reason"
  fi
}

# gone_step: of a step that the plan has no more, or that is there in another shape: with what would remove it
gone_step() {
  local line
  find_removals
  printf -v line ' | %s' "${removals[@]}"
  REPLY+=${line% | }
}

status_step() { :; }

# look_ahead: what can be looked at before the steps of the plan are known
look_ahead() {
  local tool
  find_missing
  find_powers || true
  ask_ahead
  look -
  refuse_faults
  for tool in "${tools[@]}"; do [[ $tool != ip*tables ]] || look_rules "$tool"; done
}

# probe FAMILY...: before a change: what this system refuses, and the routes of the host
probe() {
  local family
  find_absent "${addresses[@]}"
  find_firewall_faults
  if [[ -n $trial ]]; then
    find_refusals "$(<"/dev/fd/$trial")"
    exec {trial}<&-
    trial=
  fi
  ((${#faults[@]} == 0)) || printf '@fault %s\n' "${faults[@]}"
  for family; do print_routes "$family"; done
}

fresh=1
# ask_fault QUESTION...: a step that cannot be carried out is not passed over
ask_fault() {
  local reason
  ! "fault_$1" "${@:2}" || fresh=0
}

# ask_file NS NAME LINE...: one that is there already, whose ever it is, is looked at
ask_file() {
  local reason
  if [[ -e /etc/netns/$1/$2 || -L /etc/netns/$1/$2 ]] || fault_file "$@"; then fresh=0; fi
}

# tell_fresh: whether anything bears this lab's marks or stands in its journal, and the names that are in use: where
# none of them is one of the plan's, nothing of the plan is there
tell_fresh() {
  local names
  ((${#journal_lines[@]} + ${#mine[@]} + ${#marked[@]} == 0)) || fresh=0
  [[ "${!chained[*]} " != *" netloom-$group-"* ]] || fresh=0
  if ((fresh == 0)); then
    ((${#journal_lines[@]} == 0)) || tell_plans
    return 0
  fi
  echo '@fresh'
  names=(/run/netns/*)
  printf '@name namespace %s\n' "${names[@]##*/}"
  names=("${!link_of[@]}")
  printf '@name link %s\n' "${names[@]#- }"
}

begin_status() {
  find_powers || refuse_faults
  mode=status
}

start_batches() {
  begin_run
  [[ -z $preparing ]] || wait "$preparing" || true
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
