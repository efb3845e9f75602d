problems=0

# undone COMMAND, stuck COMMAND ERROR: how an undo went; it goes on after an error
undone() { printf '%s- %s\n' "$prefix" "$1"; }
stuck() {
  problems=$((problems + 1))
  printf '%s! %s: %s\n' "$prefix" "$1" "${2//$'\n'/ }"
}

# ip_batch LINE...: in one process that goes on after an error. What failed is tried twice more, since a thing can
# be busy for a moment; what somebody else has removed meanwhile is done.
ip_batch() {
  local text said='' line number round left=("$@") again=()
  local -A bad=()
  for ((round = 0; round < 3 && ${#left[@]}; round++)); do
    ((round == 0)) || sleep 0.2
    bad=() again=() number=1
    printf -v text '%s\n' "${left[@]}"
    feed ip -force -batch - || true
    while read -r line; do
      [[ $line != 'Command failed -:'* ]] || bad[${line##*:}]=1
    done <<<"$said"
    for line in "${left[@]}"; do
      if [[ -z ${bad[$number]:-} ]]; then
        tell_undone "$line"
      elif ! is_gone "$line"; then
        again+=("$line")
      fi
      number=$((number + 1))
    done
    left=("${again[@]}")
  done
  for line in "${left[@]}"; do stuck "ip $line" "$said"; done
}

# tell_undone LINE: of a group of links, each
tell_undone() {
  local link
  if [[ $1 != 'link del group '* ]]; then
    undone "ip $1"
  else
    for link in "${links[@]}"; do undone "ip link del dev $link"; done
  fi
}

# is_gone LINE: true where the link or namespace that a line deletes is not there any more
is_gone() {
  case $1 in
  'netns del '*) [[ ! -e /run/netns/${1##* } ]] ;;
  'link del dev '*) ! ip link show dev "${1##* }" >/dev/null 2>&1 ;;
  'link del group '*) [[ -z $(ip -o link show group "${1##* }" 2>/dev/null) ]] ;;
  *) return 1 ;;
  esac
}

# undo_lines LINE...: takes back what these lines of a journal say: rules, routes, links, then namespaces, the
# newest first, and shared settings last. Only what bears this lab's marks goes; what is gone is done.
undo_lines() {
  local line words i family key=''
  local rules4=() rules6=() by_hand=() links=() ours=() namespaces=() settings=() chains=() tables=() deletes=()
  local all=("$@")
  local -A going=() seen=()
  look -
  for ((i = $# - 1; i >= 0; i--)); do
    line=${all[i]}
    # a part that was lost and made again stands in the journal twice
    [[ $line == 'was '* || -z ${seen[$line]:-} ]] || continue
    seen[$line]=1
    case $line in
    'undo iptables '*) rules4+=("-D ${line#* -D }") ;;
    'undo ip6tables '*) rules6+=("-D ${line#* -D }") ;;
    'undo ip link del dev '*)
      line=${line#undo ip link del dev }
      [[ ${link_of["- $line"]:-} == *" group $group "* && -z ${going[$line]:-} ]] || continue
      going[$line]=1
      links+=("$line")
      ;;
    'undo ip netns del '*)
      line=${line#undo ip netns del }
      handle "$line"
      [[ -n $REPLY ]] || continue
      if [[ $REPLY != nsfs ]] || owns_netns "$line"; then namespaces+=("netns del $line"); fi
      ;;
    'undo ip route del '*) by_hand+=("${line#undo ip }") ;;
    'need '* | 'was '*) settings=("$line" "${settings[@]}") ;;
    'chain '*) chains+=("${line#chain }") ;;
    'table '*) tables+=("${line#table }") ;;
    esac
  done
  remove_rules iptables "${rules4[@]}"
  remove_rules ip6tables "${rules6[@]}"
  for line in "${by_hand[@]}"; do
    read -ra words <<<"$line"
    # a route by a link goes with the link
    [[ ${words[3]} != dev || -z ${going[${words[4]}]:-} ]] || continue
    family=4
    [[ ${words[2]} != *:* ]] || family=6
    key=${words[2]%/32}
    [[ ${routes_of["- $family ${key%/128}"]:-} == *" ${words[3]} ${words[4]} "*"proto ${words[-1]} "* ]] || continue
    ours+=("$line")
  done
  deletes=("${links[@]/#/link del dev }")
  # in one message where the group has no other link, since each message waits for all packets on their way
  ((${#links[@]} < 2 || ${#links[@]} != lab_links)) || deletes=("link del group $group")
  ip_batch "${ours[@]}" "${deletes[@]}" "${namespaces[@]}"
  # a table goes when no chain is left in it
  for line in "${chains[@]}"; do remove_table chain "$line"; done
  for line in "${tables[@]}"; do remove_table table "$line"; done
  restore_settings "${settings[@]}"
}

# disown_namespace NAME: a refused "ip netns add" made nothing, so what has the name is somebody else's
disown_namespace() {
  local line kept=()
  for line in "${run_lines[@]}"; do [[ $line == "undo ip netns del $1" ]] || kept+=("$line"); done
  run_lines=("${kept[@]}")
}

# remove_dead: a namespace of ours that was killed while it was made or removed leaves a file, which has its name
remove_dead() {
  local line
  for line in "${journal_lines[@]}"; do
    [[ $line == 'undo ip netns del '* ]] || continue
    line=${line#undo ip netns del }
    handle "$line"
    [[ ${REPLY:-nsfs} == nsfs ]] || ip netns del "$line" 2>/dev/null || true
  done
}

# roll_back: takes back what the present run did, and leaves the journal as it was before
roll_back() {
  trap '' INT TERM HUP
  forget
  undo_lines "${run_lines[@]}"
  if ((problems)); then return 0; fi
  leave_journal "${journal_lines[@]}"
}

# take_down: by the journal; without one, by what the plan says and bears the marks
take_down() {
  local lines=()
  if ((${#journal_lines[@]})); then
    lines=("${journal_lines[@]}")
  else
    collect=()
    mode=collect
    plan
    lines=("${collect[@]}")
  fi
  if ((${#lines[@]} == 0)); then
    leave_journal
    return 0
  fi
  stop_holders "${lines[@]}"
  trap '' INT TERM HUP
  undo_lines "${lines[@]}"
  ((problems)) || leave_journal
}
