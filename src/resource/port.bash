seen_port() { # DEVICE BRIDGE
  look -
  REPLY=absent
  [[ "${link_of["- $1"]:-}" != *" master $2 "* ]] || REPLY=present
}

seen_isolated() { # DEVICE
  look -
  REPLY=absent
  [[ "${link_of["- $1"]:-}" != *' isolated on '* ]] || REPLY=present
}
