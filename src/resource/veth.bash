seen_veth() { # DEVICE NS NS-DEVICE [MTU]
  local line
  look -
  line="${link_of["- $1"]:-} "
  REPLY=foreign
  if [[ $line == ' ' ]]; then
    REPLY=absent
    ! takes_name "$2" "$3" || REPLY=different
  elif [[ $line == *" group $group "* ]]; then
    REPLY=different
    if [[ $line == *" link-netns $2 "* ]] && is_end "$2" "$3" "$line" "${4:-}"; then REPLY=present; fi
  fi
}
