seen_netns() { # NAME
  handle "$1"
  case $REPLY in
  '') REPLY=absent ;;
  nsfs)
    REPLY=foreign
    ! owns_netns "$1" || REPLY=present
    ;;
  *)
    # a dead handle of ours is what a killed "ip netns add" leaves
    REPLY=foreign
    ! in_journal "undo ip netns del $1" || REPLY=absent
    ;;
  esac
}

seen_loopback() { # NAME
  local line
  look "$1"
  line=${link_of["$1 lo"]:-}
  REPLY=absent
  [[ $line != *[\<,]UP[,\>]*" group $group "* ]] || REPLY=present
}
