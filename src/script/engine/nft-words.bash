# The words of iptables, as "iptables-save" has them, in those of nft. Nothing here starts a process or keeps anything.

# nft_words FAMILY TABLE SPEC...: a rule into REPLY, what its comment says into "mark"; false for words that are not known
nft_words() {
  local family=$1 table=$2 not='' text='' protocol='' apart='' port verdict=''
  shift 2
  mark=
  while (($#)); do
    case $1 in
    '!')
      not='!= '
      shift
      continue
      ;;
    -i | -o)
      nft_device "$2"
      if [[ -n $REPLY ]]; then text+=" ${1#-}ifname $not$REPLY"; elif [[ -n $not ]]; then return 1; fi
      ;;
    -s) text+=" $family saddr $not$2" ;;
    -d) text+=" $family daddr $not$2" ;;
    -p)
      nft_protocol "$2"
      protocol=$REPLY apart=" meta l4proto $not$REPLY"
      ;;
    # named by its own words
    -m) ;;
    --dport | --sport)
      case $protocol in 6) text+=' tcp' ;; 17) text+=' udp' ;; 132) text+=' sctp' ;; *) return 1 ;; esac
      port=$2
      [[ $port != :* ]] || port=0$port
      [[ $port != *: ]] || port+=65535
      text+=" ${1#--} $not${port/:/-}"
      apart=
      ;;
    --icmp-type | --icmpv6-type)
      case $2 in
      any | 255) [[ -z $not ]] || return 1 ;;
      */*)
        [[ -z $not ]] || return 1
        port=${1#--} port=${port%-type}
        text+=" $port type ${2%/*} $port code ${2#*/}" apart=
        ;;
      *)
        port=${1#--}
        text+=" ${port%-type} type $not$2" apart=
        ;;
      esac
      ;;
    --ctstate)
      port=${2,,}
      case $port,$not in
      dnat,) text+=' ct status dnat' ;;
      dnat,*) text+=' ct status & dnat == 0' ;;
      *dnat*) return 1 ;;
      *,) text+=" ct state $port" ;;
      *) text+=" ct state != { ${port//,/, } }" ;;
      esac
      ;;
    --dst-type) text+=" fib daddr type $not${2,,}" ;;
    --src-type) text+=" fib saddr type $not${2,,}" ;;
    --comment) mark=$2 ;;
    -j | -g) nft_verdict "$1" "$2" && verdict=$REPLY ;;
    --reject-with) nft_refusal "$2" && verdict=$REPLY ;;
    --to-destination) verdict="dnat to $2" ;;
    *) return 1 ;;
    esac || return 1
    not=
    shift 2 || return 1
  done
  [[ $verdict != dnat ]] || return 1
  REPLY="$apart$text $verdict"
  REPLY=${REPLY# }
}

# nft_device NAME: as nft has it, into REPLY; empty for each one. A "+" at its end stands for all that begin so.
nft_device() {
  case $1 in
  +) REPLY= ;;
  *+) REPLY="\"${1%+}*\"" ;;
  *'*') REPLY="\"${1%?}\\*\"" ;;
  *) REPLY="\"$1\"" ;;
  esac
}

# nft_protocol NAME: its number, for those that nft itself knows by other names or only by a file, into REPLY
nft_protocol() {
  case $1 in
  icmp) REPLY=1 ;;
  tcp) REPLY=6 ;;
  udp) REPLY=17 ;;
  ipv6-icmp | icmpv6) REPLY=58 ;;
  sctp) REPLY=132 ;;
  *) REPLY=$1 ;;
  esac
}

# nft_verdict -j|-g TARGET: of the function "nft_words"
nft_verdict() {
  case $2 in
  ACCEPT | DROP | RETURN | MASQUERADE) REPLY=${2,,} ;;
  REJECT) if [[ $family == ip ]]; then nft_refusal icmp-port-unreachable; else nft_refusal icmp6-port-unreachable; fi ;;
  # its address is still to come
  DNAT) REPLY=dnat ;;
  *)
    nft_chain "$table" "$2"
    if [[ $1 == -j ]]; then REPLY="jump $REPLY"; else REPLY="goto $REPLY"; fi
    ;;
  esac
}

# nft_refusal WHAT: of REJECT, into REPLY
nft_refusal() {
  case $1 in
  tcp-reset) REPLY='tcp reset' ;;
  icmp-proto-unreachable) REPLY='icmp type prot-unreachable' ;;
  icmp6-adm-prohibited) REPLY='icmpv6 type admin-prohibited' ;;
  icmp6-*) REPLY="icmpv6 type ${1#icmp6-}" ;;
  icmp-*) REPLY="icmp type ${1#icmp-}" ;;
  *) return 1 ;;
  esac
  REPLY="reject with $REPLY"
}

# nft_chain TABLE CHAIN: what it is called in a table of our own, which has those of all tables, into REPLY
nft_chain() {
  REPLY=$2
  [[ $1 == filter ]] || REPLY=$1-$2
}

# nft_hook TABLE CHAIN: of a chain that is built into iptables, what nft makes it of, into REPLY; false for any other
nft_hook() {
  case "$1 $2" in
  'filter INPUT' | 'filter FORWARD' | 'filter OUTPUT') REPLY="type filter hook ${2,,} priority 0;" ;;
  'nat PREROUTING' | 'nat OUTPUT') REPLY="type nat hook ${2,,} priority -100;" ;;
  'nat INPUT' | 'nat POSTROUTING') REPLY="type nat hook ${2,,} priority 100;" ;;
  *) return 1 ;;
  esac
}

# nft_id "FAMILY TABLE CHAIN SPEC": by what a rule is known, 16 digits, into REPLY: a comment of nft has no room for the rule itself.
# bash reads ten letters at once as a number of base 64; what is no digit there becomes two that are.
nft_id() {
  local text=$1 i
  local -i id=${#1}
  text=${text//@/@0} text=${text//_/@1} text=${text// /_} text=${text//-/@2} text=${text//./@3} text=${text//\//@4}
  text=${text//:/@5} text=${text//,/@6} text=${text//\!/@7} text=${text//+/@8} text=${text//\[/@9} text=${text//\]/@a}
  text=${text//[^0-9A-Za-z@_]/@z}
  for ((i = 0; i < ${#text}; i += 10)); do
    id=$(((id ^ 64#${text:i:10}) * 6364136223846793005 + 1442695040888963407))
    id=$((id ^ (id >> 29 & 0x7ffffffff)))
  done
  printf -v REPLY %016x "$id"
}

# nft_text FAMILY TABLE: "text", lines as "iptables-restore" takes them ("*TABLE", ":CHAIN POLICY", "-P CHAIN POLICY",
# "-N CHAIN", "-F CHAIN", "-A CHAIN SPEC"), becomes lines for "nft -f -" that make this table of our own; false for words that are not known
nft_text() {
  local table=filter line words chains='' rules='' mark spec IFS=$'\n' REPLY
  local -A known=() policies=()
  set -f
  # shellcheck disable=SC2206 # each line is one word
  local lines=($text)
  set +f
  IFS=$' \t\n'
  for line in "${lines[@]}"; do
    read -ra words <<<"$line"
    case ${words[0]} in
    '*'*) table=${words[0]#'*'} ;;
    COMMIT | '#'*) ;;
    :*) known["$table ${words[0]#:}"]=1 policies["$table ${words[0]#:}"]=${words[1]} ;;
    -P) known["$table ${words[1]}"]=1 policies["$table ${words[1]}"]=${words[2]} ;;
    -N) known["$table ${words[1]}"]=1 ;;
    -F)
      known["$table ${words[1]}"]=1
      nft_chain "$table" "${words[1]}"
      rules+="flush chain $1 $2 $REPLY"$'\n'
      ;;
    -A)
      known["$table ${words[1]}"]=1
      nft_words "$1" "$table" "${words[@]:2}" || return
      spec=$REPLY
      nft_chain "$table" "${words[1]}"
      rules+="add rule $1 $2 $REPLY $spec"
      nft_id "$1 $table ${words[*]:1}"
      rules+="${mark:+ comment \"$mark $REPLY\"}"$'\n'
      ;;
    *) return 1 ;;
    esac
  done
  for line in "${!known[@]}"; do
    # shellcheck disable=SC2086 # two words
    nft_chain $line
    chains+="add chain $1 $2 $REPLY"
    # shellcheck disable=SC2086
    if nft_hook $line; then
      # without one, what is there stays
      spec=${policies[$line]:-}
      chains+=" { $REPLY${spec:+ policy ${spec,,};} }"
    fi
    chains+=$'\n'
  done
  text="add table $1 $2"$'\n'$chains$rules
}
