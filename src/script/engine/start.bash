# How a run starts, and what it refuses.
mode='' prefix='@undo ' faults=() collect=() held=() started=''

# refuse_faults: prints them, and ends there
refuse_faults() {
  ((${#faults[@]})) || return 0
  printf '@fault %s\n' "${faults[@]}"
  exit 1
}

# waiting: all is on its way, and what is left takes its time
waiting() { echo '@waiting'; }

refuse_held() {
  printf '@held %s\n' "${held[@]}"
  exit 1
}

# start SECONDS: this machine has the tools, no other run is at it, and what an earlier run did is known
start() {
  [[ -z $started ]] || return 0
  started=1
  find_missing
  refuse_faults
  take_lock "$1" || {
    echo '@busy'
    exit 1
  }
  echo '@locked'
  read_journal
}

# begin_down: what comes first of "down_all", where the lock is there at once and there is a journal: while the kernel takes
# the links, bash reads the functions behind this
begin_down() {
  has_lock && [[ -s $journal ]] || return 0
  start 0
  find_powers || refuse_faults
  ((${#journal_lines[@]} == 0)) || begin_removal journal_lines
}
