# stop_holders LINE...: the processes in the namespaces that these lines of a journal will remove. A namespace
# lives on without a name while a process is in it. Those that were started by netloom are stopped; others
# are somebody's work, and keep the lab up unless "force" is 1.
stop_holders() {
  local line inode path pid names=() ours=() foreign=()
  local -A name_of=()
  for line; do
    [[ $line == 'undo ip netns del '* ]] || continue
    line=${line#undo ip netns del }
    alive "$line" && owns_netns "$line" && names+=("/run/netns/$line")
  done
  ((${#names[@]})) || return 0
  while read -r inode path; do
    if [[ $path == /run/netns/* ]]; then
      name_of[$inode]=${path#/run/netns/}
    elif [[ -n ${name_of[$inode]:-} ]]; then
      pid=${path#/proc/}
      pid=${pid%%/*}
      if started_here "$pid"; then
        ours+=("$pid")
      else
        foreign+=("$pid" "${name_of[$inode]}")
      fi
    fi
  done < <(stat -Lc '%i %n' "${names[@]}" /proc/[0-9]*/ns/net 2>/dev/null)
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
