# strike.bash TOOL ARGUMENT...: counts changes, and strikes at one of them. The file "at" says at which: a number, or "="
# and an expression without spaces that it matches. Behind it stand the fault, whether it is to strike in "up" or in
# "down", and the number of the process that does it: the SDK's, or the script's. A line of "ip -batch" is a change, and so is any other command that
# changes something, and each write of a setting. What was struck is written into "fired".
here=${0%/*}
tool=$1
shift
read -r at mode phase program <"$here/at"
# several may run at once: one counts at a time, until it knows whether it is the one
exec 7>>"$here/lock"
flock 7
read -r count <"$here/count"

# change TEXT: true where it is the one; what fails does so however often it is tried
change() {
  is_it "$1" || return 1
  counted
}

counted() { exec 7>&-; }

is_it() {
  if [[ -e $here/fired ]]; then
    [[ $mode == fail && $1 == "$(<"$here/fired")" ]]
    return
  fi
  # an "up" that was too slow is undone, and that is not what is to be struck
  [[ $phase == down || ! $1 =~ ' -force '|' -D '|' -X '|' -F netloom-'|' del '|'nft delete'|'rm -'|rmdir|'cp -aT /run/'|'mv -fT'|^restore ]] || return 1
  ((count += 1))
  printf '%s\n' "$count" >"$here/count"
  is_aimed "$1" || return 1
  printf '%s\n' "$1" >"$here/fired"
}

is_aimed() {
  if [[ $at == =* ]]; then
    [[ $1 =~ ${at#=} ]]
  else
    ((count == at))
  fi
}

# message TEXT: counts it, and fails where it is the one: then ip is told it, and counts it
message() {
  [[ ! -e $here/fired ]] || exit 0
  ((count += 1))
  ! is_aimed "$1" || exit 1
  printf '%s\n' "$count" >"$here/count"
}

# name_place: "-n NS " into "place" where this is inside a namespace that has a name
name_place() {
  local handle
  place=''
  for handle in /run/netns/*; do [[ ! $handle -ef /proc/self/ns/net ]] || place="-n ${handle##*/} "; done
}

kill_program() { kill -KILL "$program"; }

hang() { exec sleep 1000; }

fail() { # WHAT IT SAYS
  printf '%s\n' "$1" >&2
  exit 9
}

# A tool that is in the middle: it has been told all this, and waits for more.
hang_in() { # LINE...
  coproc "${command[@]}" >&3 2>&4
  printf '%s\n' "$@" >&"${COPROC[1]}"
  [[ $mode != during ]] || kill_program
  wait
}

batch() {
  local i lines place words="$tool $*"
  name_place
  words="${words%-batch -}$place"
  command=("$tool" "$@")
  exec 3>&1 4>&2
  mapfile -t lines
  for i in "${!lines[@]}"; do
    # what the kernel was told already
    [[ -n ${lines[i]} ]] || continue
    change "$words${lines[i]}" || continue
    case $mode in
    hang | during) hang_in "${lines[@]:0:i+1}" ;;
    after)
      printf '%s\n' "${lines[@]:0:i+1}" | "${command[@]}"
      kill_program
      lines=("${lines[@]:i+1}")
      break
      ;;
    esac
    ((i == 0)) || printf '%s\n' "${lines[@]:0:i}" | "${command[@]}" || [[ $* == *-force* ]] || exit
    [[ $mode != before ]] || { kill_program && hang; }
    [[ $* != *-force* ]] || ((i + 1 == ${#lines[@]})) || printf '%s\n' "${lines[@]:i+1}" | "${command[@]}"
    fail "an injected fault"$'\n'"Command failed -:$((i + 1))"
  done
  counted
  ((${#lines[@]} == 0)) || printf '%s\n' "${lines[@]}" | exec "${command[@]}"
}

# whole FIRST ARGUMENT...: a tool that does all that it is told, or nothing; the line with this number says what it is at
whole() {
  local lines first=$1
  shift
  command=("$tool" "$@")
  exec 3>&1 4>&2
  mapfile -t lines
  if change "$tool ${lines[first]} ..."; then
    case $mode in
    hang | during) hang_in "${lines[@]:0:${#lines[@]}-1}" ;;
    before) kill_program && hang ;;
    after)
      printf '%s\n' "${lines[@]}" | "${command[@]}"
      kill_program
      exit 0
      ;;
    esac
    fail 'an injected fault: line 2 failed'
  fi
  counted
  printf '%s\n' "${lines[@]}" | exec "${command[@]}"
}

plain() {
  if change "$tool $*"; then
    case $mode in
    hang) hang ;;
    before) kill_program && hang ;;
    during)
      kill_program
      "$tool" "$@"
      hang
      ;;
    after)
      "$tool" "$@"
      kill_program
      exit 0
      ;;
    esac
    fail 'an injected fault'
  fi
  counted
  exec "$tool" "$@"
}

# setting CALLER PATH: what the caller is to do: write it (0), write it and come back (7), or fail
setting() {
  change "${1%_setting} $2" || exit 0
  case $mode in
  hang) hang ;;
  before) kill_program && hang ;;
  during) kill_program ;;
  after) exit 7 ;;
  *) exit 9 ;;
  esac
}

case $tool in
message)
  name_place
  message "ip $place$*"
  ;;
setting) setting "$@" ;;
kill) kill_program ;;
ip) if [[ $* == *'-batch -' ]]; then batch "$@"; else plain "$@"; fi ;;
*-restore) whole 1 "$@" ;;
nft) if [[ $* == '-f -' ]]; then whole 0 "$@"; else plain "$@"; fi ;;
*) plain "$@" ;;
esac
