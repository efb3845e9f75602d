seen_masquerade() { # TOOL SPEC...
  seen_marked "$1" nat POSTROUTING "${@:2}"
}

# fault_masquerade, as "seen_masquerade": why it cannot work, into "reason"; false where it can
fault_masquerade() {
  local rest="$*"
  rest=${rest#* -o }
  look -
  [[ -z ${link_of["- ${rest%% *}"]:-} ]] || return 1
  reason="there is no interface ${rest%% *} by which anything could leave"
}
