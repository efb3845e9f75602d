seen_netns() { # NAME
  look_handles
  REPLY=absent
  [[ -n ${handle_of[$1]:-} ]] || return 0
  REPLY=foreign
  if [[ ${handle_of[$1]} != nsfs ]]; then
    # a dead handle of ours is what a killed "ip netns add" leaves
    [[ -z ${journaled["undo ip netns del $1"]:-} ]] || REPLY=different
  elif owns_netns "$1"; then
    REPLY=present
  fi
}

seen_loopback() { # NAME
  local line
  look_links "$1"
  line=${link_of["$1 lo"]:-}
  REPLY=absent
  [[ $line != *[\<,]UP[,\>]*" group $group "* ]] || REPLY=present
}
