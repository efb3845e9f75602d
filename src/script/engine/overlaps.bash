# Networks of a plan that this host reaches elsewhere already: packets would go astray.

# networks of the plan, as its steps have them, and whether a step of it is absent
networks=() absent=0

# note_network: of a step that is checked: the network of an address, but for those that only their link knows
note_network() {
  [[ $REPLY != absent ]] || absent=1
  [[ ${question[0]} == address ]] || return 0
  case ${question[3]} in
  169.254.1.1/32 | fe80:*/64) ;;
  *) networks+=("${question[3]}") ;;
  esac
}

# find_overlaps: into "faults". What is up already has been through this; then only what comes to be counts.
find_overlaps() {
  local lines overlaps routes_here
  ((absent && ${#networks[@]})) || return 0
  split "$(print_routes 4 && print_routes 6)"
  routes_here=("${lines[@]#@route }")
  match_networks
  faults+=("${overlaps[@]}")
}

# match_networks: what of "networks" has an address in common with one of "routes_here", into "overlaps".
# Two networks overlap where they are equal up to the shorter of their prefixes. So a network looks among the routes up to
# its own length for its beginning at each length that there is, and among the longer ones for those that begin as it
# does: a few look-ups, however many routes there are.
match_networks() {
  local i at hits family length high low key lengths=() of_networks=() found=()
  # by "FAMILY LENGTH HIGH LOW", the numbers of routes: whole, and longer ones cut to the length of a network
  local -A whole=() cut=()
  overlaps=()
  for i in "${networks[@]}"; do of_networks[${i##*/}]=1; done
  for i in "${!routes_here[@]}"; do
    read_network "${routes_here[i]%% *}"
    lengths[length]=1
    mask "$length"
    whole[$key]+=" $i"
    for at in "${!of_networks[@]}"; do
      ((at < length)) || break
      mask "$at"
      cut[$key]+=" $i"
    done
  done
  for i in "${!networks[@]}"; do
    read_network "${networks[i]}"
    hits=''
    for at in "${!lengths[@]}"; do
      ((at <= length)) || break
      mask "$at"
      hits+=${whole[$key]:-}
    done
    mask "$length"
    hits+=${cut[$key]:-}
    for at in $hits; do found[at]+=" $i"; done
  done
  for at in "${!found[@]}"; do
    for i in ${found[at]}; do
      overlaps+=("the network of ${networks[i]} overlaps a route of this host: ${routes_here[at]}")
    done
  done
}

# mask LENGTH: what so many bits of "high" and "low" are, into "key"
mask() {
  if (($1 == 0)); then
    # by 64 bash would not shift at all
    key="$family 0 0 0"
  elif (($1 <= 64)); then
    key="$family $1 $((high & -1 << (64 - $1))) 0"
  else
    key="$family $1 $high $((low & -1 << (128 - $1)))"
  fi
}

# read_network ADDRESS[/LENGTH]: into "family" and "length", its first 64 bits into "high", and the others into "low"
read_network() {
  local address=${1%/*} head tail words=() IFS
  if [[ $address != *:* ]]; then
    IFS=.
    # shellcheck disable=SC2206 # numbers
    words=($address)
    family=4 length=32 low=0
    high=$((words[0] << 56 | words[1] << 48 | words[2] << 40 | words[3] << 32))
  else
    if [[ $address == *.* ]]; then
      # the last 32 bits as IPv4 has them
      IFS=.
      # shellcheck disable=SC2206 # numbers
      words=(${address##*:})
      printf -v address '%s:%x:%x' "${address%:*}" $((words[0] << 8 | words[1])) $((words[2] << 8 | words[3]))
    fi
    IFS=:
    # "::" stands for as many zeros as are missing of eight words
    # shellcheck disable=SC2206 # numbers
    head=(${address%%::*}) tail=()
    # shellcheck disable=SC2206 # numbers
    [[ $address != *::* ]] || tail=(${address#*::})
    words=(0 0 0 0 0 0 0 0)
    words=("${head[@]}" "${words[@]:${#head[@]}+${#tail[@]}}" "${tail[@]}")
    family=6 length=128
    high=$((16#${words[0]} << 48 | 16#${words[1]} << 32 | 16#${words[2]} << 16 | 16#${words[3]}))
    low=$((16#${words[4]} << 48 | 16#${words[5]} << 32 | 16#${words[6]} << 16 | 16#${words[7]}))
  fi
  [[ $1 != */* ]] || length=${1##*/}
}
