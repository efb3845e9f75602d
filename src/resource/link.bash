seen_link() { # NS DEVICE PEER-NS PEER-DEVICE MAC PEER-MAC MTU
  local own
  look "$1"
  own="${link_of["$1 $2"]:-} "
  REPLY=absent
  if [[ $own == *" link-netns $3 "* ]] && is_like "$own" "$5" "$7" && is_end "$3" "$4" "$own" "$6" "$7"; then
    REPLY=present
  elif takes_name "$1" "$2" || takes_name "$3" "$4"; then
    REPLY=different
  fi
}

instead_link() { # as "seen_link"
  [[ -z ${link_of["$1 $2"]:-} ]] || remove_first -4 "$1" link del dev "$2"
  # one that is joined to the other is gone with it
  [[ -z ${link_of["$3 $4"]:-} || "${link_of["$1 $2"]:-} " == *" link-netns $3 "* ]] || remove_first -4 "$3" link del dev "$4"
}
