#!/usr/bin/env bash
# Stands before ip, iptables-restore and ip6tables-restore on the search path, and fails or hangs at the change
# with the number in the file "at": a line of a batch is a change, and so is a command. What is asked, and what is
# undone, passes; where the mode is "slow", it hangs there, and the undo takes its time.
here=${0%/*/*}
tool=${0##*/}
PATH=${PATH#"$here/bin:"}
read -r at mode <"$here/at"
if [[ -e $here/fired ]]; then
  [[ $mode != slow || $* != *-force* ]] || sleep 3
  exec "$tool" "$@"
fi
read -r count <"$here/count"

# change TEXT: true where it is the one
change() {
  ((count += 1))
  printf '%s\n' "$count" >"$here/count"
  ((count == at)) || return 1
  printf '%s\n' "$1" >"$here/fired"
}

strike() { # WHAT IT SAYS
  [[ $mode == fail ]] || exec sleep 1000
  printf '%s\n' "$1" >&2
  exit 9
}

case $tool in
ip)
  prefix=ip
  case $* in
  '-n '*) prefix="ip -n $2" ;;
  '-6 -n '*) prefix="ip -6 -n $3" ;;
  esac
  if [[ $* == *'-batch -' && $* != *-force* && $* != *' -o '* ]]; then
    mapfile -t lines
    for i in "${!lines[@]}"; do
      change "$prefix ${lines[i]}" || continue
      ((i == 0)) || printf '%s\n' "${lines[@]:0:i}" | "$tool" "$@" || exit
      strike "an injected fault"$'\n'"Command failed -:$((i + 1))"
    done
    printf '%s\n' "${lines[@]}" | exec "$tool" "$@"
    exit
  fi
  case " $* " in
  *' netns add '* | *' link add dev '* | *' link set '* | *' addr add '* | *' route add '* | *' rule add '*)
    if change "ip $*"; then strike 'an injected fault'; fi
    ;;
  esac
  exec "$tool" "$@"
  ;;
*-restore)
  mapfile -t lines
  for i in "${!lines[@]}"; do
    [[ ${lines[i]} == -[AI]* ]] || continue
    if change "${tool%-restore} ${lines[i]}"; then strike "an injected fault: line $((i + 1)) failed"; fi
  done
  printf '%s\n' "${lines[@]}" | "$tool" "$@"
  ;;
esac
