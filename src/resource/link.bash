seen_link() { # NS DEVICE PEER-NS [MTU]
  local line
  look "$1"
  line="${link_of["$1 $2"]:-} "
  REPLY=absent
  if [[ $line != ' ' ]]; then
    REPLY=different
    if [[ $line == *" link-netns $3 "* ]] && has_mtu "$line" "${4:-}"; then REPLY=present; fi
  fi
}
