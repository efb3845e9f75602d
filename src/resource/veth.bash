seen_veth() { # DEVICE NS [MTU]
  local line
  look -
  line="${link_of["- $1"]:-} "
  REPLY=foreign
  if [[ $line == ' ' ]]; then
    REPLY=absent
  elif [[ $line == *" group $group "* ]]; then
    REPLY=different
    if [[ $line == *" link-netns $2 "* ]] && has_mtu "$line" "${3:-}"; then REPLY=present; fi
  fi
}
