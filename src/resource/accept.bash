seen_accept() { # TOOL -o|-i DEVICE
  local rule="$2 $3 -m comment --comment netloom:$lab -j ACCEPT"
  look_rules "$1"
  REPLY=absent
  [[ -z ${copies["$1 -A FORWARD $rule"]:-}${copies["$1 -A DOCKER-USER $rule"]:-} ]] || REPLY=present
}
