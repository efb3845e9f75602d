seen_masquerade() { # TOOL SPEC...
  seen_marked "$1" nat POSTROUTING "${@:2}"
}

# fault_masquerade, as "seen_masquerade": why it cannot work, into "reason"; false where it can
fault_masquerade() {
  local words="$*"
  words=${words#* -o }
  look -
  [[ -z ${link_of["- ${words%% *}"]:-} ]] || return 1
  reason="there is no interface ${words%% *} by which anything could leave"
}
