seen_bridge() { # NAME STP MAC
  local line
  look -
  line="${link_of["- $1"]:-} "
  REPLY=foreign
  if [[ $line == ' ' ]]; then
    REPLY=absent
  elif [[ $line == *" group $group "* ]]; then
    REPLY=different
    [[ $line != *" $3 "*' bridge '*" stp_state $2 "* ]] || REPLY=present
  fi
}

# one that was made and has it not yet gets it, and so does one that lost it
seen_bridge_mtu() { # NAME MTU
  look -
  REPLY=absent
  [[ ${link_of["- $1"]:-} != *" mtu $2 "* ]] || REPLY=present
}

instead_bridge() { remove_first -4 - link del dev "$1"; }
