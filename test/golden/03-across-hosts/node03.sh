#!/usr/bin/env bash
# The lab node03-node02-demo01 on host node03. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace node03/demo01
#   veth pair vethhost01 <-> node03/demo01 vethdemo01
#   address 10.0.1.2/24 of node03/demo01 vethdemo01
#   route of node03/demo01 to default by 100.100.198.250
#   route of node03 to 10.0.1.2/32 on vethhost01
#   IPv4 forwarding on node03
#   rule of node03: forward IPv4 to vethhost01
#   rule of node03: forward IPv4 from vethhost01
#   namespace node03/demo02
#   veth pair vethhost02 <-> node03/demo02 vethdemo02
#   address 10.0.2.2/24 of node03/demo02 vethdemo02
#   route of node03/demo02 to default by 100.100.198.250
#   route of node03 to 10.0.2.2/32 on vethhost02
#   rule of node03: forward IPv4 to vethhost02
#   rule of node03: forward IPv4 from vethhost02
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/node03-node02-demo01, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=node03-node02-demo01 group=1032073269
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
    :: ip -n demo01 link set dev lo group 1032073269 up

  # veth('vethhost01', 'vethdemo01')
  # a veth pair, the inner end created in place
  step veth vethhost01 demo01 vethdemo01 02:86:ab:5e:de:c7 02:db:e7:c4:df:99 1500 \
    :: ip link add dev vethhost01 address 02:86:ab:5e:de:c7 group 1032073269 type veth peer name vethdemo01 address 02:db:e7:c4:df:99 netns demo01 \
    :: ip link del dev vethhost01
  # the end on the host up
  step up - vethhost01 \
    :: ip link set dev vethhost01 up
  # the end inside up
  step up demo01 vethdemo01 \
    :: ip -n demo01 link set dev vethdemo01 up

  # ip('10.0.1.2/24')
  # the address, on the end inside
  step address demo01 vethdemo01 10.0.1.2/24 \
    :: ip -n demo01 addr add 10.0.1.2/24 dev vethdemo01

  # routeBothWays()
  # the way out: where all else goes
  step route demo01 4 default 100.100.198.250 vethdemo01 \
    :: ip -n demo01 route add default via 100.100.198.250 dev vethdemo01 proto 78 onlink
  # the way to 10.0.1.2
  step route - 4 10.0.1.2/32 - vethhost01 \
    :: ip route add 10.0.1.2/32 dev vethhost01 proto 78 \
    :: ip route del 10.0.1.2/32 dev vethhost01 proto 78

  # allowForward()
  # the host forwards IPv4; what stood there is kept for down
  step forwarding 4 \
    :: sysctl -w net.ipv4.ip_forward=1
  # what is for the namespace passes
  step accept iptables -o vethhost01 \
    :: iptables -w 5 -t filter -A FORWARD -o vethhost01 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o vethhost01 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT
  # what comes from it passes
  step accept iptables -i vethhost01 \
    :: iptables -w 5 -t filter -A FORWARD -i vethhost01 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i vethhost01 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT

  # ns('demo02')
  # a namespace: interfaces, routes and rules of its own
  step netns demo02 \
    :: ip netns add demo02 \
    :: ip netns del demo02
  # its loopback up, marked as of this lab
  step loopback demo02 \
    :: ip -n demo02 link set dev lo group 1032073269 up

  # veth('vethhost02', 'vethdemo02')
  # a veth pair, the inner end created in place
  step veth vethhost02 demo02 vethdemo02 02:cc:db:9f:e9:f7 02:c6:a0:42:96:bd 1500 \
    :: ip link add dev vethhost02 address 02:cc:db:9f:e9:f7 group 1032073269 type veth peer name vethdemo02 address 02:c6:a0:42:96:bd netns demo02 \
    :: ip link del dev vethhost02
  # the end on the host up
  step up - vethhost02 \
    :: ip link set dev vethhost02 up
  # the end inside up
  step up demo02 vethdemo02 \
    :: ip -n demo02 link set dev vethdemo02 up

  # ip('10.0.2.2/24')
  # the address, on the end inside
  step address demo02 vethdemo02 10.0.2.2/24 \
    :: ip -n demo02 addr add 10.0.2.2/24 dev vethdemo02

  # routeBothWays()
  # the way out: where all else goes
  step route demo02 4 default 100.100.198.250 vethdemo02 \
    :: ip -n demo02 route add default via 100.100.198.250 dev vethdemo02 proto 78 onlink
  # the way to 10.0.2.2
  step route - 4 10.0.2.2/32 - vethhost02 \
    :: ip route add 10.0.2.2/32 dev vethhost02 proto 78 \
    :: ip route del 10.0.2.2/32 dev vethhost02 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o vethhost02 \
    :: iptables -w 5 -t filter -A FORWARD -o vethhost02 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o vethhost02 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT
  # what comes from it passes
  step accept iptables -i vethhost02 \
    :: iptables -w 5 -t filter -A FORWARD -i vethhost02 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i vethhost02 -m comment --comment netloom:node03-node02-demo01 -j ACCEPT
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"node03-node02-demo01","hosts":[{"name":"node03","addresses":["100.100.198.250/24"],"device":"enp2s0"}],"resources":[
{"kind":"namespace","host":"node03","name":"demo01","call":"ns('demo01')"},
{"kind":"veth","host":"node03","namespace":"demo01","hostEnd":"vethhost01","nsEnd":"vethdemo01","call":"veth('vethhost01', 'vethdemo01')"},
{"kind":"address","host":"node03","namespace":"demo01","device":"vethdemo01","cidr":"10.0.1.2/24","call":"ip('10.0.1.2/24')"},
{"kind":"route","host":"node03","namespace":"demo01","to":"0.0.0.0/0","via":"100.100.198.250","device":"vethdemo01","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"node03","to":"10.0.1.2/32","device":"vethhost01","call":"routeBothWays()"},
{"kind":"forwarding","host":"node03","family":4,"call":"allowForward()"},
{"kind":"accept","host":"node03","family":4,"direction":"in","device":"vethhost01","call":"allowForward()"},
{"kind":"accept","host":"node03","family":4,"direction":"out","device":"vethhost01","call":"allowForward()"},
{"kind":"namespace","host":"node03","name":"demo02","call":"ns('demo02')"},
{"kind":"veth","host":"node03","namespace":"demo02","hostEnd":"vethhost02","nsEnd":"vethdemo02","call":"veth('vethhost02', 'vethdemo02')"},
{"kind":"address","host":"node03","namespace":"demo02","device":"vethdemo02","cidr":"10.0.2.2/24","call":"ip('10.0.2.2/24')"},
{"kind":"route","host":"node03","namespace":"demo02","to":"0.0.0.0/0","via":"100.100.198.250","device":"vethdemo02","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"node03","to":"10.0.2.2/32","device":"vethhost02","call":"routeBothWays()"},
{"kind":"accept","host":"node03","family":4,"direction":"in","device":"vethhost02","call":"allowForward()"},
{"kind":"accept","host":"node03","family":4,"direction":"out","device":"vethhost02","call":"allowForward()"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

