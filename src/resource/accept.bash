seen_accept() { # TOOL -o|-i DEVICE
  local rule="$2 $3 -m comment --comment netloom:$lab -j ACCEPT"
  look_rules "$1"
  REPLY=absent
  if [[ ${rules_of[$1]:-} == *$'\n'"-A FORWARD $rule"$'\n'* || ${rules_of[$1]:-} == *$'\n'"-A DOCKER-USER $rule"$'\n'* ]]; then
    REPLY=present
  fi
}
