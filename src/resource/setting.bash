# what is there under another value is set again
seen_setting() { # NS PATH VALUE
  local have=''
  ! alive "$1" || have=$(ip netns exec "$1" cat "/proc/sys/$2" 2>/dev/null) || true
  REPLY=absent
  [[ ${have//$'\t'/ } != "$3" ]] || REPLY=present
}
