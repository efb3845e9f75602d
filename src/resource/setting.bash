# those that were read ahead, "NS PATH"
declare -gA setting_in=()

# what is there under another value is set again
seen_setting() { # NS PATH VALUE
  local have=${setting_in["$1 $2"]:-}
  # shellcheck disable=SC2016 # these words are for the other one
  [[ -n $have ]] || ! alive "$1" || have=$(ip netns exec "$1" bash --norc -c 'read -r value <"/proc/sys/$1" && printf %s "$value"' bash "$2" 2>/dev/null) || true
  REPLY=absent
  [[ ${have//$'\t'/ } != "$3" ]] || REPLY=present
}
