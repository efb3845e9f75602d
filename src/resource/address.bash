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

# the same address with another prefix
instead_address() { # NS DEVICE ADDRESS/PREFIX
  local have words word
  have=${addresses_of["$1 $2"]:-}
  read -ra words <<<"$have"
  for word in "${words[@]}"; do [[ $word != "${3%/*}/"* ]] || remove_first -4 "$1" addr del "$word" dev "$2"; done
}
