# Old flows. Connection tracking keeps a flow at the target of its first packet, also where rules say otherwise by now.
# Without its entry there, its next packet is a first one again. This takes the tool conntrack: where it is not
# installed, entries stay until their flows pause, and nothing fails, as it does not where an entry cannot be removed.

# lead_flows: behind up, by what this run wrote; where the run before was ended from outside, by all that is in the journal
lead_flows() {
  local lines=()
  [[ ${journal_lines[*]: -1} == end ]] || lines=("${journal_lines[@]}")
  # all lines of a large lab are not handed on for nothing
  [[ "${run_lines[*]} ${lines[*]}" != *' -D PREROUTING '* ]] || drop_flows up "${run_lines[@]}" "${lines[@]}"
}

# drop_flows up|down LINE...: by the lines of a journal that are the undo of published ports. Behind "up" goes what leads
# anywhere else than these do, behind "down" what leads where these did. Without such lines it takes no process, else one
# to list for each family, one to look for addresses, and one to remove.
drop_flows() {
  local what words
  local -A led=() here=() drops=()
  find_led "${@:2}"
  ((${#led[@]})) && command -v conntrack >/dev/null || return 0
  for what in "${!led[@]}"; do pick_flows "$1" "$what"; done
  ((${#drops[@]})) || return 0
  if printf '%s\n' "${!drops[@]}" | conntrack -R - >/dev/null 2>&1; then return 0; fi
  # before 1.4.7 it takes one command
  for what in "${!drops[@]}"; do
    read -ra words <<<"$what"
    conntrack "${words[@]}" >/dev/null 2>&1 || true
  done
}

# find_led LINE...: "PROTOCOL,FIRST,LAST,BIND,ADDRESS,PORT " for each rule that leads these ports to an address, into
# "led" by its family; BIND is empty for all addresses of the host, PORT where it stays the same
find_led() {
  local line family bind address port ports
  for line; do
    [[ $line == 'undo ip'*' -D PREROUTING '*' -j DNAT '* ]] || continue
    family=ipv4 bind='' port='' address=${line##* }
    [[ $line == 'undo iptables '* ]] || family=ipv6
    [[ $line != *' -d '* ]] || { bind=${line#* -d } && bind=${bind%%/*}; }
    case $address in
    '['*) port=${address##*:} address=${address#[} address=${address%]*} ;;
    *:*:*) ;;
    *:*) port=${address#*:} address=${address%:*} ;;
    esac
    ports=${line#* --dport }
    ports=${ports%% *}
    line=${line#* -p }
    led[$family]+="${line%% *},${ports%:*},${ports#*:},$bind,$address,$port "
  done
}

# pick_flows up|down FAMILY: of what the kernel tracks, what is to go, into "drops". What the tool can leave out itself,
# it does, since bash takes longer.
pick_flows() {
  local rule line lines port to back words key pair only=(-f "$2")
  local -A rules_at=() protocols=() ends=() commands=() picked=()
  for rule in ${led[$2]}; do
    IFS=, read -ra words <<<"$rule"
    protocols[${words[0]}]=1 ends[${words[4]}]=1
    for ((port = words[1]; port <= words[2]; port++)); do rules_at["${words[0]} $port"]+="$rule "; done
  done
  ((${#protocols[@]} > 1)) || only+=(-p "${!protocols[@]}")
  ((${#rules_at[@]} > 1)) || only+=(--orig-port-dst "$((port - 1))")
  [[ $1 == up ]] || ((${#ends[@]} > 1)) || only+=(--reply-src "${!ends[@]}")
  split "$(conntrack -L "${only[@]}" 2>/dev/null)"
  for line in "${lines[@]}"; do
    port=${line#* dport=}
    key="${line%% *} ${port%% *}"
    [[ -n ${rules_at[$key]:-} ]] || continue
    # "... src=A dst=B sport=N dport=M ... src=C dst=D sport=K dport=L ...": there, and back
    IFS=' =' read -ra to <<<"${line#* src=}"
    IFS=' =' read -ra back <<<"${line##* src=}"
    for rule in ${rules_at[$key]}; do
      is_old "$1" "$rule" || continue
      pair="-p ${line%% *} --orig-dst ${to[2]} --reply-src ${back[0]}"
      picked[$pair]=$((${picked[$pair]:-0} + 1))
      commands["$pair --orig-port-dst ${to[6]} --reply-port-src ${back[4]}"]=$pair
      break
    done
  done
  # what is listed for one port does not tell of others
  ((${#rules_at[@]} == 1)) || merge_commands
  for key in "${!commands[@]}"; do drops["-D -f $2 $key"]=1; done
}

# For each command the tool goes through all that is tracked. Of more than these that differ by ports alone, one is
# made, where it means the same flows.
readonly MANY_FLOWS=8

# merge_commands: of "commands", by all that is tracked
merge_commands() {
  local pair line words key count
  ((${#commands[@]} > MANY_FLOWS)) || return 0
  for pair in "${!picked[@]}"; do
    read -ra words <<<"$pair"
    count=0
    for line in "${lines[@]}"; do
      [[ $line != "${words[1]} "*" dst=${words[3]} sport="*" src=${words[5]} dst="* ]] || count=$((count + 1))
    done
    [[ $count == "${picked[$pair]}" ]] || continue
    for key in "${!commands[@]}"; do [[ ${commands[$key]} != "$pair" ]] || unset "commands[$key]"; done
    commands[$pair]=$pair
  done
}

# is_old up|down RULE: true where the flow "to" and "back", of a port of this rule, is to go
is_old() {
  local bind address port
  IFS=, read -r _ _ _ bind address port <<<"$2"
  [[ -z $bind || $bind == "${to[2]}" ]] || return 1
  if [[ "${back[0]} ${back[4]}" == "$address ${port:-${to[6]}}" ]]; then
    # what asks the namespace itself was led by nobody
    [[ $1 == down && ${to[2]} != "$address" ]]
  else
    [[ $1 == up ]] && { [[ -n $bind ]] || is_here "${to[2]}"; }
  fi
}

# is_here ADDRESS: true for an address of this host at which others reach it
is_here() {
  local line lines
  [[ $1 != 127.* && $1 != ::1 ]] || return 1
  if ((${#here[@]} == 0)); then
    split "$(ip -o route show table all type local 2>/dev/null)"
    # one that is always there, so that it asks once
    for line in ::1 "${lines[@]#local }"; do here[${line%% *}]=1; done
  fi
  [[ -n ${here[$1]:-} ]]
}
