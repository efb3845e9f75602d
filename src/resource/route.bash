seen_route() { # NS FAMILY DESTINATION GATEWAY|- DEVICE|-
  local key=${3%/32} have
  look "$1"
  have=${routes_of["$1 $2 ${key%/128}"]:-}
  REPLY=foreign
  if [[ -z $have ]]; then
    REPLY=absent
  elif [[ $have == *' proto 78 '* ]]; then
    REPLY=different
    [[ $4 == - || $have == *" via $4 "* ]] || return 0
    [[ $5 == - || $have == *" dev $5 "* ]] || return 0
    REPLY=present
  fi
}
