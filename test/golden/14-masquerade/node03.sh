#!/usr/bin/env bash
# The lab node03-server-demo01 on host node03. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace node03/demo01
#   veth pair veth-demo01 <-> node03/demo01 eth0
#   address 10.0.1.2/24 of node03/demo01 eth0
#   route of node03/demo01 to default by 100.100.198.250
#   route of node03 to 10.0.1.2/32 on veth-demo01
#   IPv4 forwarding on node03
#   rule of node03: forward IPv4 to veth-demo01
#   rule of node03: forward IPv4 from veth-demo01
#   masquerade of node03: 10.0.1.0/24 by enp2s0
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/node03-server-demo01, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=node03-server-demo01 group=852553115
readonly tools=(ip iptables)
readonly addresses=(100.100.198.250/24)
readonly root=/run/netloom owner=$$

plan() {
  # ns('demo01')
  # a namespace: interfaces, routes and rules of its own
  step netns demo01 \
    :: ip netns add demo01 \
    :: ip netns del demo01
  # its loopback up, marked as of this lab
  step loopback demo01 \
    :: ip -n demo01 link set dev lo group 852553115 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo01 demo01 eth0 02:45:8f:7c:8c:c0 02:aa:f5:9a:4d:2a 1500 \
    :: ip link add dev veth-demo01 address 02:45:8f:7c:8c:c0 group 852553115 type veth peer name eth0 address 02:aa:f5:9a:4d:2a netns demo01 \
    :: ip link del dev veth-demo01
  # the end on the host up
  step up - veth-demo01 \
    :: ip link set dev veth-demo01 up
  # the end inside up
  step up demo01 eth0 \
    :: ip -n demo01 link set dev eth0 up

  # ip('10.0.1.2/24')
  # the address, on the end inside
  step address demo01 eth0 10.0.1.2/24 \
    :: ip -n demo01 addr add 10.0.1.2/24 dev eth0

  # routeBothWays()
  # the way out: where all else goes
  step route demo01 4 default 100.100.198.250 eth0 \
    :: ip -n demo01 route add default via 100.100.198.250 dev eth0 proto 78 onlink
  # the way to 10.0.1.2
  step route - 4 10.0.1.2/32 - veth-demo01 \
    :: ip route add 10.0.1.2/32 dev veth-demo01 proto 78 \
    :: ip route del 10.0.1.2/32 dev veth-demo01 proto 78

  # allowForward()
  # the host forwards IPv4; what stood there is kept for down
  step forwarding 4 \
    :: sysctl -w net.ipv4.ip_forward=1
  # what is for the namespace passes
  step accept iptables -o veth-demo01 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo01 -m comment --comment netloom:node03-server-demo01 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo01 -m comment --comment netloom:node03-server-demo01 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo01 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo01 -m comment --comment netloom:node03-server-demo01 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo01 -m comment --comment netloom:node03-server-demo01 -j ACCEPT

  # masquerade()
  # what leaves bears the address of the host, to which replies find back
  step masquerade iptables -s 10.0.1.0/24 -o enp2s0 -m comment --comment netloom:node03-server-demo01 -j MASQUERADE \
    :: iptables -w 5 -t nat -A POSTROUTING -s 10.0.1.0/24 -o enp2s0 -m comment --comment netloom:node03-server-demo01 -j MASQUERADE \
    :: iptables -w 5 -t nat -D POSTROUTING -s 10.0.1.0/24 -o enp2s0 -m comment --comment netloom:node03-server-demo01 -j MASQUERADE
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"node03-server-demo01","hosts":[{"name":"node03","addresses":["100.100.198.250/24"],"device":"enp2s0"}],"resources":[
{"kind":"namespace","host":"node03","name":"demo01","call":"ns('demo01')"},
{"kind":"veth","host":"node03","namespace":"demo01","hostEnd":"veth-demo01","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"node03","namespace":"demo01","device":"eth0","cidr":"10.0.1.2/24","call":"ip('10.0.1.2/24')"},
{"kind":"route","host":"node03","namespace":"demo01","to":"0.0.0.0/0","via":"100.100.198.250","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"node03","to":"10.0.1.2/32","device":"veth-demo01","call":"routeBothWays()"},
{"kind":"forwarding","host":"node03","family":4,"call":"allowForward()"},
{"kind":"accept","host":"node03","family":4,"direction":"in","device":"veth-demo01","call":"allowForward()"},
{"kind":"accept","host":"node03","family":4,"direction":"out","device":"veth-demo01","call":"allowForward()"},
{"kind":"masquerade","host":"node03","family":4,"source":"10.0.1.0/24","via":"enp2s0","call":"masquerade()"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

