#!/usr/bin/env bash
# sandbox.sh COUNT COMMAND...: "COMMAND up COUNT" and "COMMAND down COUNT" on a fresh host that drops what it forwards.
# Behind each the state is checked, and a line says how long it took in microseconds and how many processes it started.
set -euo pipefail
if [[ $1 != inside ]]; then
  exec unshare -n -m -p -f --mount-proc --propagation private bash "${BASH_SOURCE[0]}" inside "$@"
fi
count=$2
shift 2
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock
ip link set dev lo up
iptables -P FORWARD DROP
last=$((count - 1))

# numbers of processes are given out one after another, and to nobody else here
newest() { newest=$(printf %s "$BASHPID"); }

check_up() {
  local handles=(/run/netns/*)
  ((${#handles[@]} == count))
  (($(iptables-save -t filter | grep -c -- "-A FORWARD") == 2 * count))
  ip netns exec ns0 ping -qc1 -W2 "10.$((last / 250)).$((last % 250)).2" >/dev/null
}
check_down() {
  [[ -z $(ls /run/netns) && -z $(ip -o link show type veth) && $(</proc/sys/net/ipv4/ip_forward) == 0 ]]
  ! iptables-save -t filter | grep -q -- "-A FORWARD"
}
for verb in up down; do
  newest
  before=$newest
  start=$EPOCHREALTIME
  "$@" "$verb" "$count" | while read -r line; do echo "$verb $line"; done
  end=$EPOCHREALTIME
  newest
  # without the far side of the pipe, and what asked
  echo "$verb took $((${end/./} - ${start/./})) processes $((newest - before - 2))"
  "check_$verb" || { echo "$* $verb $count: the state is not right" >&2; exit 1; }
done
