seen_accept() { # TOOL MATCH...
  local rule="${*:2} -m comment --comment netloom:$lab -j ACCEPT"
  look_rules "$1"
  REPLY=absent
  if is_marked "$1 -t filter -A FORWARD $rule" || is_marked "$1 -t filter -A DOCKER-USER $rule"; then REPLY=present; fi
}
