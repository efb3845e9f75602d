# A file that was there before the lab is set aside, and so "absent" like none; one that this lab wrote and somebody
# changed is "different". That of a namespace that is gone, as after a restart of the machine, is written again.
seen_file() { # NS NAME LINE...
  local path=/etc/netns/$1/$2 have='' text
  REPLY=absent
  [[ -e $path || -L $path ]] || return 0
  if [[ ! -f $path && ! -L $path ]]; then
    REPLY=foreign
    return 0
  fi
  [[ -L $path ]] || read_file "$path" || have=''
  printf -v text '%s\n' "${@:3}"
  # the servers of the host may have become others since
  if [[ $text == *$'\nnameserver host\n'* && $have == "$3"$'\n'* ]]; then
    wrote "$path" || text=$have
  fi
  if [[ $have == "$text" ]]; then
    # what is left of before a restart is of a namespace that is made again now, and in no journal
    if [[ $mode == collect ]] || { alive "$1" && { [[ $mode != up ]] || in_journal "undo rm $path"; }; }; then
      REPLY=present
    fi
  elif in_journal "undo rm $path"; then
    [[ ! -L $path && $text == "$have"* ]] || { in_journal "found $path" && as_found "$path"; } || REPLY=different
  elif [[ $have == "$3"$'\n'* ]] && alive "$1"; then
    REPLY=different
  fi
}

# fault_file NS NAME LINE...: why it cannot be written, or would be without effect, into "reason"; false where nothing is
fault_file() {
  local folder=/etc/netns/$1 text
  printf -v text '%s\n' "${@:3}"
  until [[ -e $folder || -L $folder ]]; do folder=${folder%/*}; done
  if [[ ! -e /etc/$2 ]]; then
    reason="/etc/$2 is not there, or a link that leads nowhere: \"ip netns exec\" puts the file of a namespace in its place, and cannot do so"
  elif [[ ! -d $folder || ! -w $folder ]]; then
    reason="$folder is no folder that can be written: it may be read-only here"
  elif ! with_servers; then
    reason='this host names no name server but at loopback addresses, where a namespace has only itself: give dns() an address'
  else
    return 1
  fi
}
