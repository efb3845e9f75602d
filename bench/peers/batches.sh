#!/usr/bin/env bash
# batches.sh up|down COUNT: the fewest processes of the same tools, without a look, a journal or an undo
set -euo pipefail
count=$2
up() {
  local i address
  echo 1 >/proc/sys/net/ipv4/ip_forward
  for ((i = 0; i < count; i++)); do
    address="10.$((i / 250)).$((i % 250)).2"
    printf 'netns add ns%d\nlink add dev vh%d group 7 type veth peer name vn%d netns ns%d\n' "$i" "$i" "$i" "$i"
    printf 'addr add 169.254.1.1/32 dev vh%d\nlink set dev vh%d up\nroute add %s/32 dev vh%d\n' "$i" "$i" "$address" "$i"
  done | ip -batch -
  for ((i = 0; i < count; i++)); do
    address="10.$((i / 250)).$((i % 250)).2"
    ip -n "ns$i" -batch - <<END
link set dev lo up
link set dev vn$i up
addr add $address/24 dev vn$i
route add default via 169.254.1.1 dev vn$i onlink
END
  done
  rules A
}
down() {
  local i
  rules D
  ip link del group 7
  for ((i = 0; i < count; i++)); do echo "netns del ns$i"; done | ip -batch -
  echo 0 >/proc/sys/net/ipv4/ip_forward
}
rules() {
  local i
  {
    echo '*filter'
    for ((i = 0; i < count; i++)); do
      printf -- '-%s FORWARD -o vh%d -j ACCEPT\n-%s FORWARD -i vh%d -j ACCEPT\n' "$1" "$i" "$1" "$i"
    done
    echo COMMIT
  } | iptables-restore --noflush
}
"$1"
