seen_veth() { # DEVICE NS NS-DEVICE MAC NS-MAC MTU
  local line
  look -
  line="${link_of["- $1"]:-} "
  REPLY=foreign
  if [[ $line == ' ' ]]; then
    REPLY=absent
    ! takes_name "$2" "$3" || REPLY=different
  elif [[ $line == *" group $group "* ]]; then
    REPLY=different
    if [[ $line == *" link-netns $2 "* ]] && is_like "$line" "$4" "$6" && is_end "$2" "$3" "$line" "$5" "$6"; then REPLY=present; fi
  fi
}

# what has the names of both ends
instead_veth() { # as "seen_veth"
  if [[ -n ${link_of["- $1"]:-} ]]; then remove_first -4 - link del dev "$1"; fi
  [[ ${link_of["- $1"]:-} == *" link-netns $2 "* || -z ${link_of["$2 $3"]:-} ]] || remove_first -4 "$2" link del dev "$3"
}
