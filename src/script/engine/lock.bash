# take_lock SECONDS: one run at a time on a host. The lock is on the host's network namespace itself: it holds
# whatever /run a program sees, it leaves no file behind, and it ends with its holder. It may
# have been asked for already, by the process "asking": then there is a function "lock_asked".
take_lock() {
  if declare -F lock_asked >/dev/null; then
    wait "${asking:-}"
    return
  fi
  command -v flock >/dev/null || return 0
  exec 9</proc/self/ns/net
  flock -w "$1" 9
}
