# Shares of what is to be made, side by side: each makes its part of the host, and then what is inside its namespaces.
lanes=()
# by which all lanes see what is inside; empty where they do so by the names
way='' preparing=''

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

# open_lanes COUNT: there will be some, and so many namespaces are made in them. Before any is, "start_batches" waits for the
# place of their names.
open_lanes() {
  ! goes_far "$1" || way=$WAY
  prepare_handles &
  preparing=$!
}

# start_lane NEAR FAR: one that goes on beside the others, in a process of its own. NEAR are the blocks that make namespaces,
# FAR those inside.
start_lane() {
  { run_lane "$1" && go_inside "$2"; } &
  lanes+=($!)
}

# prepare_handles: the first "ip netns add" of a machine makes the folder of the handles a mount; two at once, of an older
# ip, would make it twice, and each handle with it
prepare_handles() {
  [[ $(</proc/self/mountinfo) != *' /run/netns '* ]] || return 0
  [[ -d /run/netns ]] || mkdir -p /run/netns
  mount --bind --make-shared /run/netns /run/netns 2>/dev/null || true
}

# go_inside BLOCKS: what is no rule goes by one process, where that can be. A name of a namespace is a mount, and is to be seen
# everywhere; so only what is inside goes from another place.
go_inside() {
  local code=2
  if [[ $1 != *'tables '* ]]; then
    code=0
    by_netlink "$1" || code=$?
  fi
  ((code == 2)) || return "$code"
  if [[ -n $way ]]; then far_lane "$1"; else run_lane "$1"; fi
}

# by_netlink BLOCKS: by one process of perl; 2 where there is none, or it does not begin
by_netlink() {
  local report lines setns
  # the number of the call (asm/unistd_64.h, asm-generic/unistd.h)
  case $HOSTTYPE in
  x86_64*) setns=308 ;;
  aarch64*) setns=268 ;;
  *) return 2 ;;
  esac
  command -v perl >/dev/null || return 2
  split "$1" $'\x1f'
  # what others have perl do first is not for this
  unset PERL5OPT PERL5LIB PERL_UNICODE PERLIO
  { report=$(exec perl -e "$NETLINK" -- "$dir" "$setns" "${lines[@]}" 2>&1 >&7) && return; } 7>&1
  [[ $report == *$'\x1e'* ]] || return 2
  # without a word it was ended from outside
  [[ ${report##*$'\x1e'} =~ ^([0-9]+)' '([0-9]+)$ ]] || return 1
  said=${report%$'\x1e'*}
  said=${said##*$'\x1e'} said=${said%$'\n'}
  fail_batch "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
}

far_lane() { # BLOCKS
  # shellcheck disable=SC2016 # these words are for the other one
  {
    declare -p dir way WAY lab firewall
    declare -f feed entrance settle fill_inside fail_batch split run_lane
    [[ $firewall != nft ]] || declare -f nft_{text,words,device,protocol,verdict,refusal,chain,hook,id}
    printf '%s\n' 'inside() { at=(); [[ $1 == - ]] || at=(-n "$way$1"); }' "said=''"
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
