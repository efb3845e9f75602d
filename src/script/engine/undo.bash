problems=0
# namespaces that a refused "ip netns add" did not make: what has the name is somebody else's
declare -A disowned=()

# undone COMMAND..., stuck COMMAND ERROR: how an undo went; it goes on after an error
undone() { (($# == 0)) || printf '%s\n' "${@/#/$prefix- }"; }
stuck() {
  problems=$((problems + 1))
  printf '%s! %s: %s\n' "$prefix" "$1" "${2//$'\n'/ }"
}

# ip_batch LINE...: in one process that goes on after an error. What failed is tried twice more, since a thing can
# be busy for a moment; what somebody else has removed meanwhile is done.
ip_batch() {
  local text said='' line number round left=("$@") again=() well=()
  local -A bad=()
  for ((round = 0; round < 3 && ${#left[@]}; round++)); do
    ((round == 0)) || sleep 0.2
    bad=() again=() well=() number=1
    printf -v text '%s\n' "${left[@]}"
    if feed ip -force -batch -; then
      well=("${left[@]}") left=()
    else
      while read -r line; do
        [[ $line != 'Command failed -:'* ]] || bad[${line##*:}]=1
      done <<<"$said"
    fi
    for line in "${left[@]}"; do
      if [[ -z ${bad[$number]:-} ]]; then
        well+=("$line")
      elif ! is_gone "$line"; then
        again+=("$line")
      fi
      number=$((number + 1))
    done
    # of a group of links, which is the last line, each
    if ((${#well[@]})) && [[ ${well[-1]} == 'link del group '* ]]; then
      unset 'well[-1]'
      undone "${links[@]/#/ip link del dev }"
    fi
    undone "${well[@]/#/ip }"
    left=("${again[@]}")
  done
  for line in "${left[@]}"; do stuck "ip $line" "$said"; done
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

# undo_lines ARRAY: takes back what these lines of a journal say, the newest first: shared settings, then routes and
# links, and beside these, since the kernel lets them wait, rules and namespaces. Only what bears this lab's marks goes;
# what is gone is done. A part that was lost and made again stands in the journal twice.
undo_lines() {
  begin_undo "$1"
  end_undo "$1"
}

# where it is told what becomes of the links that "begin_undo" takes
links_out=''

# begin_undo ARRAY: settings; then what the links take is found out, and they go in a process of its own: nothing takes the
# kernel as long, so all else comes behind
begin_undo() {
  local line text i deletes=() names=() links=() by_hand=() settings=()
  local -n entries=$1
  local -A going=()
  for line in "${entries[@]}"; do
    case $line in
    'undo ip'[t6]* | 'undo ip netns del '*) ;;
    'undo ip link del dev '*) names+=("${line#undo ip link del dev }") ;;
    'undo ip route del '*) by_hand+=("$line") ;;
    'was '* | 'need '*) settings+=("$line") ;;
    esac
  done
  look_mine
  for ((i = ${#names[@]} - 1; i >= 0; i--)); do
    line=${names[i]}
    [[ -n ${mine[$line]:-} && -z ${going[$line]:-} ]] || continue
    going[$line]=1
    links+=("$line")
  done
  for ((i = ${#by_hand[@]} - 1; i >= 0; i--)); do
    line=${by_hand[i]}
    text=${line#* dev }
    # a route by a link goes with the link
    [[ $text == "$line" || -z ${going[${text%% *}]:-} ]] || continue
    [[ -z ${going[$line]:-} ]] || continue
    going[$line]=1
    ! is_our_route "$line" || deletes+=("${line#undo ip }")
  done
  # in one message where the group has no other link, since each message waits for all packets on their way
  if ((${#links[@]} > 1 && ${#links[@]} == ${#mine[@]})); then
    deletes+=("link del group $group")
  else
    deletes+=("${links[@]/#/link del dev }")
  fi
  restore_settings "${settings[@]}"
  exec {links_out}< <(problems=0 && ip_batch "${deletes[@]}" && echo "$problems")
}

# end_undo ARRAY: the rest of it, beside the links
end_undo() {
  local line text rules_out names_out files=()
  local -n entries=$1
  if [[ $1 == journal_lines ]]; then recite && text=$recited; else text="${entries[*]}"; fi
  [[ $text != *'undo iptables '* ]] || ask_rules iptables
  [[ $text != *'undo ip6tables '* ]] || ask_rules ip6tables
  # each waits for the kernel, and not for the others
  exec {rules_out}< <(problems=0 && remove_all_rules && echo "$problems")
  exec {names_out}< <(problems=0 && remove_namespaces && echo "$problems")
  for line in "${entries[@]}"; do
    case $line in
    'undo rm '* | 'made '* | 'found '*) files+=("$line") ;;
    esac
  done
  restore_files "${files[@]}"
  hear "$rules_out" 'the removal of rules'
  hear "$names_out" 'the removal of namespaces'
  hear "$links_out" 'ip -force -batch -'
  links_out=
}

# remove_all_rules: of "undo_lines": of "entries", with flows, and tables that were made for rules
remove_all_rules() {
  local line tables=()
  local -A rules=()
  for line in "${entries[@]}"; do
    case $line in
    'undo ip'[t6]*) rules[$line]=1 ;;
    'chain '* | 'table '*) tables+=("$line") ;;
    esac
  done
  line=${!rules[*]}
  [[ $line != *'undo iptables '* ]] || remove_rules iptables
  [[ $line != *'undo ip6tables '* ]] || remove_rules ip6tables
  [[ $line != *' -D PREROUTING '* ]] || drop_flows down "${entries[@]}"
  remove_tables "${tables[@]}"
}

# hear FD WHAT: prints what was undone beside. It says at its end how many problems it had: bash does not tell for sure how
# such a process ended.
hear() {
  local fd=$1 text
  text=$(<"/dev/fd/$fd")
  exec {fd}<&-
  [[ $text != *$'\n'* ]] || printf '%s\n' "${text%$'\n'*}"
  text=${text##*$'\n'}
  [[ -n $text ]] || stuck "$2" 'it was ended before it was through'
  problems=$((problems + ${text:-0}))
}

# remove_namespaces: of "undo_lines": of "entries" those that are this lab's, the newest first
remove_namespaces() {
  local i name names=() deletes=()
  local -A going=()
  for name in "${entries[@]}"; do
    [[ $name != 'undo ip netns del '* ]] || names+=("${name#undo ip netns del }")
  done
  ((${#names[@]})) || return 0
  look_handles
  for ((i = ${#names[@]} - 1; i >= 0; i--)); do
    name=${names[i]}
    [[ -n ${handle_of[$name]:-} && -z ${going[$name]:-}${disowned[$name]:-} ]] || continue
    if [[ -n ${leads[$name]:-} || ${handle_of[$name]} != nsfs ]] || owns_netns "$name"; then
      going[$name]=1
      deletes+=("netns del $name")
    fi
  done
  ip_batch "${deletes[@]}"
}

# is_our_route LINE: "undo ip route del TO via|dev WHAT ... proto N": true where the host has it
is_our_route() {
  local words family=4 key
  read -ra words <<<"${1#undo ip }"
  look -
  [[ ${words[2]} != *:* ]] || family=6
  key=${words[2]%/32}
  [[ ${routes_of["- $family 254 ${key%/128}"]:-} == *" ${words[3]} ${words[4]} "*"proto ${words[-1]} "* ]]
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
  recall
  undo_lines run_lines
  if ((problems)); then return 0; fi
  leave_journal "${journal_lines[@]}"
}

# take_down: by the journal; without one, by what the plan says and bears the marks
take_down() {
  local from=journal_lines
  if ((${#journal_lines[@]} == 0)); then
    from=collect collect=()
    mode=collect
    plan
    if ((${#collect[@]} == 0)); then
      leave_journal
      return 0
    fi
  fi
  [[ -n $links_out ]] || begin_removal "$from"
  end_undo "$from"
  ((problems)) || leave_journal
}

# begin_removal ARRAY: from here on it goes, whatever comes
begin_removal() {
  [[ -n $mine_in || $1 != journal_lines ]] || ask_mine
  stop_holders "$1"
  trap '' INT TERM HUP
  begin_undo "$1"
}
