# Reads one network namespace, in which it is run, and changes nothing. What a tool prints stands below a line with the
# mark and the name of the part. /sys is left alone: it may show another namespace.
# From outside: mark, parts ("again": links, addresses, routes, rules and filters only), saves (tools for nft IPv4, nft IPv6, legacy IPv4,
# legacy IPv6, "-" where there is none), classifiers (1: the kernel can have some).
part() { printf '\n%s %s\n' "$mark" "$1"; }

# failed PART COMMAND...: says what the tool complains of; it is asked once more for that
failed() {
  part "failed $1"
  printf '%s\n' "$("${@:2}" 2>&1 >/dev/null)"
}

# there TOOL: whether it is installed; says so where it is not
there() {
  command -v "$1" >/dev/null && return
  part "missing $1"
  return 1
}

# read_links: what ip knows, in two processes: rules are those of one family. "addr" shows links too, and "route" with all
# tables both families.
read_links() {
  local objects=$'addr show\nroute show table all\nrule show'
  [[ $parts == again ]] || objects+=$'\nneigh show nud all\nneigh show proxy\nnetns list-id'
  there ip || return
  part ip
  ip -force -j -d -N -batch - <<<"$objects" || failed ip ip -force -j -d -N -batch - <<<"$objects"
  [[ -e /proc/sys/net/ipv6 ]] || return
  part rules6
  ip -6 -j -d -N rule show || failed rules6 ip -6 -j -d -N rule show
}

# read_settings: "FILE VALUE" for each; a process of grep takes as long, and is one tool more
read_settings() {
  local file value each=(forwarding rp_filter arp_ignore arp_announce arp_filter proxy_arp accept_local route_localnet)
  each+=(ignore_routes_with_linkdown src_valid_mark)
  local files=(ipv4/ip_forward ipv4/icmp_echo_ignore_all ipv4/ip_default_ttl ipv6/icmp/echo_ignore_all)
  files+=(bridge/bridge-nf-call-{ip,ip6,arp}tables)
  part settings
  cd /proc/sys/net || return
  for file in "${each[@]}"; do files+=(ipv4/conf/*/"$file"); done
  files+=(ipv6/conf/*/{forwarding,disable_ipv6,proxy_ndp,ignore_routes_with_linkdown})
  for file in "${files[@]}"; do
    read -r value <"$file" && printf '%s %s\n' "$file" "$value"
  done
}

# is_filled FILE: whether a legacy table is there; its tool would load one by looking
is_filled() { read -r _ <"$1"; }

# save PART TOOL WHAT: all rules that a tool shows
save() {
  if [[ $2 == - ]]; then
    part "missing $3"
  else
    part "$1"
    "$2" -c || failed "$1" "$2" -c
  fi
}

# has_own RULES: whether there is a table that iptables would not make. Of such the JSON of some versions tells less.
has_own() {
  local rest=$1 table='"table": ?\{"family": ?"([a-z0-9]+)", ?"name": ?"([^"]*)"'
  while [[ $rest =~ $table ]]; do
    [[ ${BASH_REMATCH[1]} == ip?(6) && ${BASH_REMATCH[2]} == @(filter|nat|mangle|raw|security) ]] || return 0
    rest=${rest#*"${BASH_REMATCH[0]}"}
  done
  return 1
}

# read_filters: those of iptables-nft are shown by nft without the arguments of their matches, and so by their own tool too
read_filters() {
  local rules='' tables='(filter|nat|mangle|raw|security)"'
  if ! there nft; then
    rules='unknown'
  elif rules=$(nft -j list ruleset); then
    part nft
    printf '%s\n' "$rules"
    ! has_own "$rules" || { part nftPlain && nft list ruleset; }
  else
    failed nft nft -j list ruleset
  fi
  if [[ $rules == unknown || $rules =~ '"table": '?'{"family": '?'"ip", '?'"name": '?'"'$tables ]]; then
    save iptables "${saves[0]}" iptables-nft-save
  fi
  if [[ $rules == unknown || $rules =~ '"table": '?'{"family": '?'"ip6", '?'"name": '?'"'$tables ]]; then
    save ip6tables "${saves[1]}" ip6tables-nft-save
  fi
  ! is_filled /proc/net/ip_tables_names || save legacy4 "${saves[2]}" iptables-legacy-save
  ! is_filled /proc/net/ip6_tables_names || save legacy6 "${saves[3]}" ip6tables-legacy-save
}

# has_sockets: whether there is any. /proc/net/tcp takes longer than all the rest: the kernel looks through the connections
# of all namespaces.
has_sockets() {
  local four six
  read -r -d '' four </proc/net/sockstat
  read -r -d '' six </proc/net/sockstat6
  [[ $four$six =~ (TCP|UDP)6?': inuse '[1-9] ]]
}

# read_sockets: ss alone knows to which link one is bound, and which takes IPv6 only
read_sockets() {
  local name
  part sockets
  has_sockets || return
  if command -v ss >/dev/null; then
    ss -H -l -n -t -u -e || failed sockets ss -H -l -n -t -u -e
  else
    part 'missing ss'
    for name in tcp tcp6 udp udp6; do
      part "$name"
      printf '%s\n' "$(<"/proc/net/$name")"
    done
  fi
}

read_classifiers() {
  ((classifiers)) && there tc || return
  part qdiscs
  tc -j qdisc show || failed qdiscs tc -j qdisc show
}

read_place() {
  read_links
  read_filters
  if [[ $parts != again ]]; then
    read_settings
    read_sockets
    read_classifiers
  fi
  part end
}

exec 2>/dev/null </dev/null
read -ra saves <<<"$saves_of_host"
read_place
