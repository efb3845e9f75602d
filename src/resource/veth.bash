seen_veth() { # DEVICE NS
  local line
  look -
  line="${link_of["- $1"]:-} "
  REPLY=foreign
  if [[ $line == ' ' ]]; then
    REPLY=absent
  elif [[ $line == *" group $group "* ]]; then
    REPLY=different
    [[ $line != *" link-netns $2 "* ]] || REPLY=present
  fi
}

seen_up() { # NS DEVICE
  look "$1"
  REPLY=absent
  [[ ${link_of["$1 $2"]:-} != *[\<,]UP[,\>]* ]] || REPLY=present
}
