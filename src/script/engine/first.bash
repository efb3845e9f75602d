# What each run looks at, asked for as soon as it may be: while bash still reads the functions behind these, and Node.js
# makes the steps.
trial=''

# begin_look ASK: begins so, with the lock at once: what another run is about to change is not looked at
begin_look() { ! has_lock || "$1"; }

# ask_ahead: of "look_ahead"
ask_ahead() {
  once 'all ahead' || return 0
  ! takes_rules || list_ahead
  ask_host
  ! has_powers || exec {trial}< <(try_veth)
}

# ask_down: of "begin_removal", where there is a journal
ask_down() {
  [[ -s $root/$lab/journal ]] || return 0
  ask_mine
  ask_handles /proc/[0-9]*/ns/net
}
