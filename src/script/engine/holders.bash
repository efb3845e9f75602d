# stop_holders ARRAY: the processes in the namespaces that these lines of a journal will remove. A namespace
# lives on without a name while a process is in it. Those that were started by netloom are stopped; others
# are somebody's work, and keep the lab up unless "force" is 1.
stop_holders() {
  local line pid ours=() foreign=()
  local -n entries=$1
  local -A inhabited=()
  find_inhabited
  ((${#inhabited[@]})) || return 0
  for line in "${entries[@]}"; do
    [[ $line == 'undo ip netns del '* ]] || continue
    line=${line#undo ip netns del }
    [[ -n ${inhabited[$line]:-} ]] || continue
    owns_netns "$line" || continue
    for pid in ${inhabited[$line]}; do
      if started_here "$pid"; then
        ours+=("$pid")
      else
        foreign+=("$pid" "$line")
      fi
    done
    unset "inhabited[$line]"
  done
  if ((${#foreign[@]} && force == 0)); then
    for ((pid = 0; pid < ${#foreign[@]}; pid += 2)); do
      name_process "${foreign[pid]}"
      held+=("process ${foreign[pid]} ($REPLY) is in namespace ${foreign[pid + 1]}")
    done
    refuse_held
  fi
  for ((pid = 0; pid < ${#foreign[@]}; pid += 2)); do ours+=("${foreign[pid]}"); done
  stop_processes "${ours[@]}"
}

# find_inhabited: the processes in each namespace that has a name and is not this program's own, into "inhabited"
find_inhabited() {
  local lines line place here
  local -A name_of=()
  stat_handles /proc/[0-9]*/ns/net
  split "${handles%%' /proc/self/ns/net'*}"
  here=${lines[-1]}
  unset 'lines[-1]'
  for line in "${lines[@]}"; do
    [[ $line != "$here "* ]] || continue
    place=${line% /proc/*}
    if [[ -z ${name_of[$place]+known} ]]; then
      name_of[$place]=
      [[ $handles != *$'\n'"$place /run/netns/"* ]] || name_of[$place]=${handles#*$'\n'"$place /run/netns/"}
      name_of[$place]=${name_of[$place]%%$'\n'*}
    fi
    [[ -n ${name_of[$place]} ]] || continue
    line=${line#* /proc/}
    inhabited[${name_of[$place]}]+=" ${line%%/*}"
  done
}

# started_here PID: true where the process has the mark of this lab in its environment
started_here() {
  local variable
  while IFS= read -r -d '' variable; do
    [[ $variable != "NETLOOM_LAB=$lab" ]] || return 0
  done 2>/dev/null <"/proc/$1/environ"
  return 1
}

# name_process PID: what it is called, into REPLY
name_process() { { read -r REPLY <"/proc/$1/comm"; } 2>/dev/null || REPLY=gone; }

# stop_processes PID...: asks them to end, and ends them after two seconds
stop_processes() {
  local pid round left=("$@")
  (($#)) || return 0
  kill "$@" 2>/dev/null || true
  for ((round = 0; round < 40; round++)); do
    left=()
    for pid; do [[ ! -e /proc/$pid/ns/net ]] || left+=("$pid"); done
    ((${#left[@]})) || return 0
    sleep 0.05
  done
  kill -KILL "${left[@]}" 2>/dev/null || true
}
