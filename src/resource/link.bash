seen_link() { # NS DEVICE PEER-NS PEER-DEVICE [MTU]
  local own
  look "$1"
  own="${link_of["$1 $2"]:-} "
  REPLY=absent
  if [[ $own == *" link-netns $3 "* ]] && is_end "$3" "$4" "$own" "${5:-}"; then
    REPLY=present
  elif takes_name "$1" "$2" || takes_name "$3" "$4"; then
    REPLY=different
  fi
}
