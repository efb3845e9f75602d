seen_netns() { # NAME
  look_handles
  REPLY=absent
  [[ -n ${handle_of[$1]:-} ]] || return 0
  if [[ ${handle_of[$1]} == nsfs ]]; then
    REPLY=foreign
    ! owns_netns "$1" || REPLY=present
  elif [[ -z ${journaled["undo ip netns del $1"]:-} ]]; then
    REPLY=foreign
  fi
}

seen_loopback() { # NAME
  local line
  look_links "$1"
  line=${link_of["$1 lo"]:-}
  REPLY=absent
  [[ $line != *[\<,]UP[,\>]*" group $group "* ]] || REPLY=present
}
