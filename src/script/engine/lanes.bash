# Shares of what is to be made, side by side: each makes its part of the host, and then what is inside its namespaces.
# by which a lane sees the namespaces where it does not see their names
readonly WAY=../../proc/$$/root/run/netns/
lanes=()

# run_lane BLOCKS: "NUMBER TOOL PLACE", and below it lines of the tool for this place; one after another, as long as
# nothing fails anywhere
run_lane() {
  local block lines at text code
  split "$1" $'\x1f'
  for block in "${lines[@]}"; do
    text=${block#*$'\n'} block=${block%%$'\n'*} code=0
    [[ ! -e $dir/failed ]] || return 1
    inside "${block##* }"
    case $block in
    *' sysctl '*) settle "${at[1]}" ;;
    *' iptables '*) fill_inside iptables "${at[1]}" ;;
    *' ip6tables '*) fill_inside ip6tables "${at[1]}" ;;
    *' ip6 '*) feed ip -6 "${at[@]}" -batch - ;;
    *) feed ip "${at[@]}" -batch - ;;
    esac || code=$?
    if ((code)); then
      fail_batch "${block%% *}" "$code"
      return 1
    fi
    printf '@ok %s\n' "${block%% *}"
  done
}

# lane BLOCKS...: the only one
lane() {
  local blocks
  for blocks; do run_lane "$blocks" || give_up; done
}

# start_lane COUNT NEAR FAR: one that goes on beside the others, in a process of its own. COUNT namespaces are made in all;
# NEAR are the blocks that make some, FAR those inside.
start_lane() {
  ((${#lanes[@]})) || prepare_handles
  { run_lane "$2" && go_inside "$1" "$3"; } &
  lanes+=($!)
}

# prepare_handles: the first "ip netns add" of a machine makes the folder of the handles a mount; two at once, of an older
# ip, would make it twice, and each handle with it
prepare_handles() {
  [[ $(</proc/self/mountinfo) != *' /run/netns '* ]] || return 0
  [[ -d /run/netns ]] || mkdir -p /run/netns
  mount --bind --make-shared /run/netns /run/netns 2>/dev/null || true
}

# go_inside COUNT BLOCKS: lines of ip alone go by a small shell, where they are not too long for a word. A name of a
# namespace is a mount, and is to be seen everywhere; so only what is inside goes from another place.
go_inside() {
  if [[ $2 != *' sysctl '* && $2 != *'tables '* ]] && ((${#2} < 100000)) && command -v sh >/dev/null; then
    if goes_far "$1"; then small_lane "$WAY" "$2"; else small_lane '' "$2"; fi
  elif goes_far "$1"; then
    far_lane "$2"
  else
    run_lane "$2"
  fi
}

small_lane() { # WAY BLOCKS
  local report place=() script="$SMALL_LANE"$'\nrun_lane "$@"'
  if [[ -n $1 ]]; then
    place=(unshare -m --propagation private) script=$'umount -l /run/netns 2>/dev/null\n'$script
  fi
  { report=$(exec "${place[@]}" sh -c "$script" lane "$dir" "$1" $'\x1f' "$2"); } 7>&1 && return
  # without a word it was ended from outside
  [[ ${report##*$'\x1e'} =~ ^([0-9]+)' '([0-9]+)$ ]] || return 1
  said=${report%$'\x1e'*}
  said=${said##*$'\x1e'} said=${said%$'\n'}
  fail_batch "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
}

far_lane() { # BLOCKS
  # shellcheck disable=SC2016 # these words are for the other one
  {
    declare -p dir WAY lab firewall
    declare -f feed entrance settle fill_inside fail_batch split run_lane
    [[ $firewall != nft ]] || declare -f nft_{text,words,device,protocol,verdict,refusal,chain,hook,id}
    printf '%s\n' 'inside() { at=(); [[ $1 == - ]] || at=(-n "$WAY$1"); }' "said=''"
    printf '\x1e%s' "$1"
  } | unshare -m --propagation private bash --norc -euo pipefail -c '
    umount -l /run/netns 2>/dev/null || true
    read -r -d "$1" engine || true
    blocks=$(</dev/stdin)
    exec </dev/null
    eval "$engine"
    run_lane "$blocks"' far $'\x1e'
}

# join_lanes: waits for them; where one failed, it has said so
join_lanes() {
  local pid
  for pid in "${lanes[@]}"; do wait "$pid" || give_up; done
  lanes=()
}
