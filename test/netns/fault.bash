#!/usr/bin/env bash
# Stands before ip, iptables-restore and ip6tables-restore on the search path, and fails or hangs at the change
# with the number in the file "at": a line of a batch is a change, and so is a command. What is asked, and what is
# undone, passes; where the mode is "slow", it hangs there, and the undo takes its time.
here=${0%/*}
here=${here%/bin}
tool=${0##*/}
tools=$PATH PATH=${PATH#"$here/bin:"}
# what it starts is struck as well
[[ $tool != perl ]] || PATH=$tools STRIKER=$here/fault.bash exec "$(type -P perl)" "-I$here" -Mmessage "$@"
read -r at mode <"$here/at"
if [[ -e $here/fired ]]; then
  [[ $tool != fault.bash ]] || exit 0
  [[ $mode != slow || $* != *-force* ]] || sleep 3
  exec "$tool" "$@"
fi
# several may run at once: one counts at a time, until it knows whether it is the one
exec 7>>"$here/lock"
flock 7
read -r count <"$here/count"

# change TEXT: true where it is the one
change() {
  ((count += 1))
  printf '%s\n' "$count" >"$here/count"
  ((count == at)) || return 1
  printf '%s\n' "$1" >"$here/fired"
  counted
}

counted() { exec 7>&-; }

# name_place: "ip -n NS" into "prefix" where this is inside a namespace that has a name
name_place() {
  local handle
  for handle in /run/netns/*; do [[ ! $handle -ef /proc/self/ns/net ]] || prefix="ip -n ${handle##*/}"; done
}

strike() { # WHAT IT SAYS
  [[ $mode == fail ]] || exec sleep 1000
  printf '%s\n' "$1" >&2
  exit 9
}

case $tool in
fault.bash)
  # netlink is about to tell the kernel a change: the one is left to ip, which counts it
  ((count + 1 != at)) || exit 1
  printf '%s\n' "$((count + 1))" >"$here/count"
  ;;
ip)
  prefix=ip
  name_place
  case $* in
  '-n '*) prefix="ip -n $2" ;;
  '-6 -n '*) prefix="ip -6 -n $3" ;;
  esac
  if [[ $* == *'-batch -' && $* != *-force* && $* != *' -o '* ]]; then
    mapfile -t lines
    for i in "${!lines[@]}"; do
      [[ -n ${lines[i]} ]] || continue
      change "$prefix ${lines[i]}" || continue
      ((i == 0)) || printf '%s\n' "${lines[@]:0:i}" | "$tool" "$@" || exit
      strike "an injected fault"$'\n'"Command failed -:$((i + 1))"
    done
    counted
    printf '%s\n' "${lines[@]}" | exec "$tool" "$@"
    exit
  fi
  case " $* " in
  *' netns add '* | *' link add dev '* | *' link set '* | *' addr add '* | *' route add '* | *' rule add '*)
    if change "ip $*"; then strike 'an injected fault'; fi
    ;;
  esac
  counted
  exec "$tool" "$@"
  ;;
*-restore)
  mapfile -t lines
  for i in "${!lines[@]}"; do
    [[ ${lines[i]} == -[AI]* ]] || continue
    if change "${tool%-restore} ${lines[i]}"; then strike "an injected fault: line $((i + 1)) failed"; fi
  done
  counted
  printf '%s\n' "${lines[@]}" | "$tool" "$@"
  ;;
esac
