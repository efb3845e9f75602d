asking='' locked=''

# ask_lock: asks for the lock, and goes on meanwhile
ask_lock() {
  command -v flock >/dev/null || return 0
  exec 9</proc/self/ns/net
  flock -n 9 >/dev/null 2>&1 &
  asking=$!
}

# has_lock: true where it was asked for, and nobody else had it
has_lock() {
  [[ -z $asking ]] || ! wait "$asking" || locked=1
  asking=
  [[ -n $locked ]]
}

# take_lock SECONDS: one run at a time on a host. The lock is on the host's network namespace itself: it holds
# whatever /run a program sees, it leaves no file behind, and it ends with its holder.
take_lock() {
  ! has_lock || return 0
  command -v flock >/dev/null || return 0
  exec 9</proc/self/ns/net
  flock -w "$1" 9
}
