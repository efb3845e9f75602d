#!/usr/bin/env bash
# by-hand.sh up|down COUNT: a tutorial's commands in a loop, a process for each
set -euo pipefail
up() {
  local address="10.$(($1 / 250)).$(($1 % 250)).2"
  ip netns add "ns$1"
  ip netns exec "ns$1" ip link set dev lo up
  ip link add dev "vh$1" type veth peer name "vn$1"
  ip link set dev "vn$1" netns "ns$1"
  ip link set dev "vh$1" up
  ip netns exec "ns$1" ip link set dev "vn$1" up
  ip netns exec "ns$1" ip addr add "$address/24" dev "vn$1"
  ip addr add 169.254.1.1/32 dev "vh$1"
  ip route add "$address/32" dev "vh$1"
  ip netns exec "ns$1" ip route add default via 169.254.1.1 dev "vn$1" onlink
  iptables -A FORWARD -o "vh$1" -j ACCEPT
  iptables -A FORWARD -i "vh$1" -j ACCEPT
}
down() {
  iptables -D FORWARD -i "vh$1" -j ACCEPT
  iptables -D FORWARD -o "vh$1" -j ACCEPT
  ip link del dev "vh$1"
  ip netns del "ns$1"
}
[[ $1 != up ]] || echo 1 >/proc/sys/net/ipv4/ip_forward
for ((i = 0; i < $2; i++)); do "$1" "$i"; done
[[ $1 != down ]] || echo 0 >/proc/sys/net/ipv4/ip_forward
