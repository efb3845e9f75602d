# What is inside many namespaces, looked at side by side before each is asked for: a process for each takes most of the time.

# With each namespace that has a name there is a mount more, and ip copies all mounts when it enters a namespace, and opens
# each when it shows a link that leads to another. With as many of them it is faster in a place without these names, from
# where it sees the namespaces by the way of this program.
readonly MANY_NAMESPACES=100 WAY=../../proc/$$/root/run/netns/

# goes_far COUNT: true where that is so, with COUNT more of them
goes_far() {
  local handles=(/run/netns/*)
  ((${#handles[@]} + $1 >= MANY_NAMESPACES)) && command -v unshare >/dev/null
}

# look_into LANES "NS [SETTING...]"...: those that are there, with these settings of theirs. What a lane does not tell is
# looked at when it is asked for.
look_into() {
  local count=$1 ask asks=() own i fd fds=() lane text lines block
  shift
  for ask; do
    if [[ -z ${looked[${ask%% *}]:-} ]] && alive "${ask%% *}"; then asks+=("$ask"); fi
  done
  ((${#asks[@]} > count)) || return 0
  exec 7>&1
  for ((lane = 0; lane < count; lane++)); do
    own=()
    for ((i = lane; i < ${#asks[@]}; i += count)); do own+=("${asks[i]}"); done
    if goes_far 0; then
      exec {fd}< <(look_far "${own[@]}")
    else
      exec {fd}< <(look_lane '' "${own[@]}")
    fi
    fds+=("$fd")
  done
  for fd in "${fds[@]}"; do
    text=$(<"/dev/fd/$fd")
    exec {fd}<&-
    split "${text#?}" $'\x1e'
    for block in "${lines[@]}"; do keep_inside "${block%%$'\n'*}" "${block#*$'\n'}"; done
  done
  exec 7>&-
}

# look_lane WAY "NS [SETTING...]"...: of each a block of what ip says, and behind it of the settings a line "SETTING VALUE".
# Nobody reads it as long as another lane is read, so it comes in one go; a sign of life comes now and then by pipe 7.
look_lane() {
  local way=$1 ask words enter text='' number=0
  for ask in "${@:2}"; do
    ((++number % 100)) || echo '@looking' >&7
    read -ra words <<<"$ask"
    text+=$'\x1e'${words[0]}$'\n'
    text+=$(exec ip -n "$way${words[0]}" -N -d -o -batch - 2>/dev/null <<<"$ALL_INSIDE") || true
    ((${#words[@]} > 1)) || continue
    entrance "$way${words[0]}"
    # shellcheck disable=SC2016 # these words are for the other one
    text+=$'\x1d'$(exec "${enter[@]}" bash --norc -c '
      for path; do
        read -r value <"/proc/sys/$path" && printf "%s %s\n" "$path" "$value"
      done' bash "${words[@]:1}" 2>/dev/null) || true
  done
  printf %s "$text"
}

look_far() { # "NS [SETTING...]"...
  # shellcheck disable=SC2016 # these words are for the other one
  unshare -m --propagation private bash --norc -euo pipefail -c '
    umount -l /run/netns 2>/dev/null || true
    mount -t tmpfs tmpfs /run/netns 2>/dev/null || true
    eval "$1"
    look_lane "${@:2}"' far "$(declare -p ALL_INSIDE && declare -f look_lane entrance)" \
    "$WAY" "$@" </dev/null
}

# keep_inside NS TEXT: a block of "look_lane"
keep_inside() {
  local line lines text=${2%%$'\x1d'*}
  # ip itself was not there, or was ended
  [[ -n $text ]] || return 0
  looked[$1]=1
  keep_looked "$1" "$text"
  [[ $2 == *$'\x1d'* ]] || return 0
  split "${2#*$'\x1d'}"
  # shellcheck disable=SC2034 # the question of settings reads it
  for line in "${lines[@]}"; do setting_in["$1 ${line%% *}"]=${line#* }; done
}
