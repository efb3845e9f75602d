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
  local text said='' told line number round left=("$@") again=() well=()
  local -A bad=()
  for ((round = 0; round < 3 && ${#left[@]}; round++)); do
    ((round == 0)) || sleep 0.2
    bad=() again=() well=() number=1
    printf -v text '%s\n' "${left[@]}"
    # made ready: behind it somebody may wait
    printf -v told '%s\n' "${left[@]/#/$prefix- ip }"
    if feed ip -force -batch -; then
      printf '%s' "$told"
      return 0
    fi
    while read -r line; do
      [[ $line != 'Command failed -:'* ]] || bad[${line##*:}]=1
    done <<<"$said"
    for line in "${left[@]}"; do
      if [[ -z ${bad[$number]:-} ]]; then
        well+=("$line")
      elif ! is_gone "$line"; then
        again+=("$line")
      fi
      number=$((number + 1))
    done
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
# links, and beside these, since the kernel lets them wait, rules and namespaces; last the routes whose link stays. Only what
# bears this lab's marks goes; what is gone is done. A part that was lost and made again stands in the journal twice.
undo_lines() {
  begin_undo "$1"
  end_undo "$1"
}

# What has begun and is not through: where it is told what becomes of the links, which these are, as a journal has them and
# those that go, and a pipe on which somebody waits until links or namespaces are gone.
links_out='' until='' names=()
declare -A going=()

# begin_undo ARRAY: settings; then the links go in a process of their own. Nothing takes the kernel as long, so that what is
# found out before is only which ones they are, without a loop over the whole journal, and all else comes behind.
begin_undo() {
  local lines line few=() deletes=()
  going=()
  # rules and namespaces are most of a journal, and so are the routes that go with their links
  drop_lines "$1" 'undo ip?[!lr]*'
  few=("${lines[@]}")
  drop_lines few 'undo ip route del * dev *'
  few=("${lines[@]}")
  pick_lines few 'undo ip link del dev '
  names=("${lines[@]}")
  # while ip lists the links
  exec {until}<> <(:)
  look_mine
  for line in "${names[@]}"; do [[ -z ${mine[$line]:-} ]] || going[$line]=1; done
  drop_lines few 'undo ip link *'
  few=("${lines[@]}")
  find_routes "${few[@]}"
  restore_settings "${few[@]}"
  exec {links_out}< <(problems=0 && remove_links && echo "$problems" && echo >&"$until")
}

# remove_links: of "begin_undo": "deletes", then the links
remove_links() {
  local links=()
  # in one message where the group has no other link, since each message waits for all packets on their way
  if ((${#going[@]} > 1 && ${#going[@]} == ${#mine[@]})); then
    ip_batch "${deletes[@]}" "link del group $group"
  else
    sort_links
    ip_batch "${deletes[@]}" "${links[@]/#/link del dev }"
  fi
}

# sort_links: the links that go, the newest first, each once, into "links"
sort_links() {
  local i name
  local -A sorted=()
  for ((i = ${#names[@]} - 1; i >= 0; i--)); do
    name=${names[i]}
    [[ -n ${going[$name]:-} && -z ${sorted[$name]:-} ]] || continue
    sorted[$name]=1
    links+=("$name")
  done
}

# end_undo ARRAY: the rest of it, beside the links
end_undo() {
  local lines line device rules_out names_out text links=() few=() stay=() deletes=()
  # each waits for the kernel, and not for the others
  exec {rules_out}< <(problems=0 && remove_all_rules "$1" && echo "$problems")
  exec {names_out}< <(problems=0 && remove_namespaces "$1" && echo "$problems" && echo >&"$until")
  drop_lines "$1" 'undo ip?[!r]*'
  few=("${lines[@]}")
  for line in "${few[@]}"; do
    [[ $line == 'undo ip route del '*' dev '* ]] || continue
    device=${line#* dev }
    [[ -n ${going[${device%% *}]:-} ]] || stay+=("$line")
  done
  drop_lines few 'undo ip *'
  restore_files "${lines[@]}"
  # of a group each is told
  sort_links
  printf -v text '%s\n' "${links[@]/#/$prefix- ip link del dev }"
  waiting
  hear "$rules_out" 'the removal of rules'
  hear "$names_out" 'the removal of namespaces'
  hear "$links_out" 'ip -force -batch -' "$prefix- ip link del group $group" "${text%?}"
  exec {until}>&-
  links_out='' until=''
  # those whose link stays
  find_routes "${stay[@]}"
  ip_batch "${deletes[@]}"
}

# find_routes LINE...: of these lines of a journal the routes that the host has, the newest first, into "deletes"
find_routes() {
  local i line
  local -A listed=()
  for ((i = $#; i > 0; i--)); do
    line=${!i}
    [[ $line == 'undo ip route del '* && -z ${listed[$line]:-} ]] || continue
    listed[$line]=1
    ! is_our_route "$line" || deletes+=("${line#undo ip }")
  done
}

# remove_all_rules ARRAY: of "end_undo": with flows, and tables that were made for rules
remove_all_rules() {
  local lines line text tables=()
  local -A rules=()
  drop_lines "$1" 'undo ip *'
  text="${lines[*]}"
  [[ $text != *'undo iptables '* ]] || ask_rules iptables
  [[ $text != *'undo ip6tables '* ]] || ask_rules ip6tables
  for line in "${lines[@]}"; do
    case $line in
    'undo ip'*) rules[$line]=1 ;;
    'chain '* | 'table '*) tables+=("$line") ;;
    esac
  done
  [[ $text != *'undo iptables '* ]] || remove_rules iptables
  [[ $text != *'undo ip6tables '* ]] || remove_rules ip6tables
  [[ $text != *' -D PREROUTING '* ]] || drop_flows down "${lines[@]}"
  remove_tables "${tables[@]}"
}

# hear FD WHAT [LINE TEXT]: prints what was undone beside, and instead of this line that text. It says at its end how many
# problems it had: bash does not tell for sure how such a process ended.
hear() {
  local fd=$1 text
  text=$(<"/dev/fd/$fd")
  exec {fd}<&-
  (($# == 2)) || text=${text/"$3"/"$4"}
  [[ $text != *$'\n'* ]] || printf '%s\n' "${text%$'\n'*}"
  text=${text##*$'\n'}
  [[ -n $text ]] || stuck "$2" 'it was ended before it was through'
  problems=$((problems + ${text:-0}))
}

# remove_namespaces ARRAY: of "end_undo": those that are this lab's, the newest first
remove_namespaces() {
  local i lines name names=() deletes=()
  pick_lines "$1" 'undo ip netns del '
  names=("${lines[@]}")
  ((${#names[@]})) || return 0
  look_handles
  look_leads
  for ((i = ${#names[@]} - 1; i >= 0; i--)); do
    name=${names[i]}
    [[ -n ${handle_of[$name]:-} && -z ${disowned[$name]:-} ]] || continue
    if [[ -n ${leads[$name]:-} || ${handle_of[$name]} != nsfs ]] || owns_netns "$name"; then deletes+=("netns del $name"); fi
    # it may stand there twice
    handle_of[$name]=
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
