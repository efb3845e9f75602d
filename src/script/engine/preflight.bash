# find_absent ADDRESS...: addresses that the plan says this host has, and has not, into "faults"
find_absent() {
  local cidr key all
  (($#)) || return 0
  look -
  for key in "${!addresses_of[@]}"; do [[ $key != '- '* ]] || all="${all:-} ${addresses_of[$key]}"; done
  for cidr; do
    [[ ${all:-} == *" ${cidr%/*}/"* ]] || faults+=("the plan says that this host has the address $cidr, and no interface has it")
  done
}

# print_routes FAMILY: the networks that this host has routes to, but for what is this lab's
print_routes() {
  local line words rest to single=/32
  look -
  (($1 == 4)) || single=/128
  for line in "${routes[@]}"; do
    [[ $line == "$1 "* ]] || continue
    read -ra words <<<"${line#* }"
    to=${words[0]}
    [[ $to != default && $to != fe80::/* && $to != ff00::/* ]] || continue
    # what leads over a link of this lab is its own, such as the network of a bridge
    [[ $line != *' dev '* ]] || { rest=${line#* dev } && [[ -z ${mine[${rest%% *}]:-} ]]; } || continue
    # ip leaves the prefix length of a single address away
    [[ $to == */* ]] || to+=$single
    in_journal "undo ip route del $to ${words[1]:-} ${words[2]:-} proto 78" ||
      printf '@route %s %s\n' "${words[0]}" "${words[*]:1:4}"
  done
}

# foreign_reason: what has the name of a step's part, and whose it is where that can be known
foreign_reason() {
  local what lab_of have
  what='something that is not of this lab has the name'
  case ${question[0]} in
  netns)
    if ! alive "${question[1]}"; then
      what="/run/netns/${question[1]} is a dead handle, left by something that was killed (ip netns del removes it)"
    else
      what="a namespace ${question[1]} is there already"
    fi
    ;;
  veth | bridge)
    what=${link_of["- ${question[1]}"]}
    what="an interface ${question[1]} is there already ($(kind_of_link "$what"))"
    ;;
  route)
    find_route "${question[@]:1}"
    what="there is a route already: ${have#* }"
    ;;
  esac
  if ((${#undo[@]})) && whose "undo ${undo[*]}"; then what+=", of the lab $lab_of"; fi
  reason=$what
}

# kind_of_link LINE: the driver that "ip -d link" names behind the second backslash, or the link layer
kind_of_link() {
  local rest=${1##*\\}
  read -r rest _ <<<"$rest"
  case $rest in
  'link/[1]') echo ether ;;
  link/*) echo "${rest#link/}" ;;
  *) echo "$rest" ;;
  esac
}
