# bash heeds a signal when the command that it runs has ended, and one that hangs does not end. So this program only waits,
# and a second one does the work, in a process group of its own: there a signal reaches the command as well.
worker='' begun='' interrupted='' heard='' since=''

# work VERB: carries it out, and ends as it did
work() {
  local code
  trap 'hand_on INT' INT
  trap 'hand_on TERM' TERM
  trap 'hand_on HUP' HUP
  exec 3>&1
  set -m
  coproc worker_of "$1" >&3
  worker=$!
  set +m
  exec 3>&-
  while
    heard='' code=0
    wait "$worker" || code=$?
    [[ -n $heard ]]
  do :; done
  if [[ $since == over ]]; then
    complain 'it was ended in the middle; "down" removes what is left'
    code=1
  fi
  exit "$code"
}

# hand_on SIGNAL: by the first one "up" is undone, and "down" goes on to its end. A later one ends what hangs there; not
# one that comes with the first, as from a terminal and from the program that runs this one.
hand_on() {
  heard=1
  if [[ -z $since ]]; then
    since=$SECONDS
    kill -s "$1" -- "-${worker:-$!}" 2>/dev/null || true
  elif [[ $since != over ]] && ((SECONDS - since >= 2)); then
    since=over
    kill -KILL -- "-$worker" 2>/dev/null || true
  fi
}

# worker_of VERB: beside it something waits for the end of a pipe that only this program holds open: when that is killed,
# what it was at goes too, and with it the lock, which a command that hangs would keep.
worker_of() {
  local guard
  # what it starts is of its group
  set +m
  trap - INT TERM HUP
  exec 4<&0 </dev/null
  {
    trap '' INT TERM HUP
    read -r _ || true
    kill -KILL 0
  } <&4 >/dev/null 2>&1 &
  guard=$!
  exec 4<&-
  # shellcheck disable=SC2064 # its number as it is now
  trap "end_work $guard" EXIT
  "$1"
}

# end_work GUARD: what ends by something that nobody foresaw is undone too
end_work() {
  local code=$?
  # not in the trap itself: see "up"
  if [[ -n $begun ]]; then
    (fail_up "it ended with code $code, and not by itself") || true
    code=1
  fi
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  exit "$code"
}
