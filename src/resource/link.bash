seen_link() { # NS DEVICE PEER-NS PEER-DEVICE MAC PEER-MAC MTU
  local own
  look "$1"
  own="${link_of["$1 $2"]:-} "
  REPLY=absent
  if is_joined "$@" && is_like "$own" "$5" "$7" && is_end "$3" "$4" "$own" "$6" "$7"; then
    REPLY=present
  elif takes_name "$1" "$2" || takes_name "$3" "$4"; then
    REPLY=different
  fi
}

# is_joined, as "seen_link": true where these are the two ends of a link. Where ip does not know the name of the other
# namespace, it is told by the number that each end has of the other.
is_joined() {
  local own peer
  look "$3"
  own="${link_of["$1 $2"]:-} " peer="${link_of["$3 $4"]:-} "
  [[ $own == *" link-netns $3 "* ]] ||
    [[ $own == [0-9]*' link-netnsid '* && ${own#*: } == *"@if${peer%%:*}: "* && ${peer#*: } == *"@if${own%%:*}: "* ]]
}

instead_link() { # as "seen_link"
  [[ -z ${link_of["$1 $2"]:-} ]] || remove_first -4 "$1" link del dev "$2"
  # one that is joined to the other is gone with it
  [[ -z ${link_of["$3 $4"]:-} ]] || is_joined "$@" || remove_first -4 "$3" link del dev "$4"
}
