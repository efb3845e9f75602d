seen_address() { # NS DEVICE ADDRESS/PREFIX
  local have
  look "$1"
  have=${addresses_of["$1 $2"]:-}
  REPLY=absent
  if [[ $have == *" $3 "* ]]; then
    REPLY=present
  elif [[ $have == *" ${3%/*}/"* ]]; then
    REPLY=different
  fi
}
