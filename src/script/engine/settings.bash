# setting_of FAMILY: the switch of forwarding, into "setting", and all that the kernel changes along with it,
# into "along"
setting_of() {
  local file
  along=()
  if [[ $1 == 4 ]]; then
    setting=net/ipv4/ip_forward
    along=(net/ipv4/conf/all/accept_redirects)
  else
    setting=net/ipv6/conf/all/forwarding
  fi
  for file in /proc/sys/net/"ipv$1"/conf/*/forwarding; do along+=("${file#/proc/sys/}"); done
}

# read_setting SETTING: its value into "value"; false where it is not there
read_setting() { { read -r value <"/proc/sys/$1"; } 2>/dev/null; }

write_setting() { { printf '%s\n' "$2" >"/proc/sys/$1"; } 2>/dev/null; }

# setting_fault FAMILY: why forwarding cannot be turned on, into "reason"; false where it can. Its own value is
# written back, which changes nothing.
setting_fault() {
  local setting along value
  setting_of "$1"
  if ! read_setting "$setting"; then
    reason="this kernel has no $setting"
  elif ! write_setting "$setting" "$value"; then
    reason="/proc/sys/$setting cannot be written: it is read-only here"
  else
    refuse_forwarding "$1"
  fi
}

# IPv6 forwarding makes a host ignore router advertisements, and lose a default route that came by them
refuse_forwarding() { # FAMILY
  local line device setting along value
  [[ $1 == 6 ]] || return 1
  setting_of 6
  if read_setting "$setting" && [[ $value == 1 ]]; then return 1; fi
  while read -r line; do
    device=${line#* dev }
    device=${device%% *}
    if read_setting "net/ipv6/conf/$device/accept_ra" && [[ $value != 2 ]]; then
      reason="the host's IPv6 default route on $device comes by router advertisement and would go with forwarding: set net.ipv6.conf.$device.accept_ra=2 first"
      return 0
    fi
  done < <(ip -6 -o route show default proto ra)
  return 1
}

# forward FAMILY: the host forwards; what was found is journaled before it is changed
forward() {
  local setting along value name device lines=()
  setting_of "$1"
  if ! read_setting "$setting"; then
    said="this kernel has no $setting"
    return 1
  fi
  lines=("need $setting 1")
  if [[ $value != 1 ]]; then
    for name in "$setting" "${along[@]}"; do
      # what this lab brings goes with it
      device=${name%/forwarding}
      ! in_journal "undo ip link del dev ${device##*/}" || continue
      read_setting "$name" && lines+=("was $name $value")
    done
  fi
  note "${lines[@]}" || return
  read_setting "$setting"
  [[ $value == 1 ]] || write_setting "$setting" 1 || {
    said="cannot write /proc/sys/$setting"
    return 1
  }
}

# entrance NS: what takes a command into a namespace, into "enter"
entrance() {
  enter=(ip netns exec "$1")
  # a lane that sees the names by another way (ip netns exec takes no path)
  [[ $1 != */* ]] || enter=(nsenter "--net=/run/netns/$1")
}

# settle NS: settings inside, from "text", a line "PATH VALUE" each; what it complains of is in "said", with the number of
# the line as ip -batch tells it. A program of its own, since bash cannot enter a namespace.
settle() {
  local enter
  entrance "$1"
  # shellcheck disable=SC2016 # these words are for the other one
  feed "${enter[@]}" bash --norc -c '
    number=0
    while read -r path value; do
      number=$((number + 1))
      printf "%s\n" "$value" >"/proc/sys/$path" || {
        echo "Command failed -:$number" >&2
        exit 1
      }
    done'
}

# restore_settings LINE...: from the "need" and "was" lines of a lab. The last lab that needs a setting puts
# it back, and only where it still has our value, or where an earlier down was cut off in the middle.
restore_settings() {
  local need found setting value was all=("$@")
  for need in "${all[@]}"; do
    [[ $need == 'need '* ]] || continue
    setting=${need#need }
    setting=${setting% *}
    was=()
    # net/ipv4 or net/ipv6: what was found along with it is of the same family
    for found in "${all[@]}"; do [[ $found != "was ${setting:0:8}/"* ]] || was+=("$found"); done
    ((${#was[@]})) || continue
    if heir_of "need $setting *"; then
      bequeath "$heir" "${was[@]}"
    elif { read_setting "$setting" && [[ $value == 1 ]]; } || in_journal "restoring $setting"; then
      printf 'restoring %s\n' "$setting" >>"$journal" || true
      for found in "${was[@]}"; do restore_setting "$found"; done
    fi
  done
}

restore_setting() { # "was SETTING VALUE"
  local name old value
  read -r _ name old <<<"$1"
  # an interface may be gone, and its settings with it
  read_setting "$name" || return 0
  [[ $value != "$old" ]] || return 0
  if write_setting "$name" "$old"; then
    undone "sysctl -w $name=$old"
  else
    stuck "sysctl -w $name=$old" "cannot write /proc/sys/$name"
  fi
}
