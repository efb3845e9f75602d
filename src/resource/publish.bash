seen_hairpin() { # DEVICE
  look -
  REPLY=absent
  [[ "${link_of["- $1"]:-}" != *' hairpin on '* ]] || REPLY=present
}

seen_publish() { # TOOL TABLE CHAIN SPEC...
  seen_marked "$@"
  [[ $REPLY == present || "$2 $3" != 'filter FORWARD' ]] || seen_marked "$1" filter DOCKER-USER "${@:4}"
}
