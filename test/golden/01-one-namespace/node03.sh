#!/usr/bin/env bash
# The lab node03-demo01 on host node03. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace node03/demo01
#   veth pair vethhost01 <-> node03/demo01 vethdemo01
#   address 10.0.1.2/24 of node03/demo01 vethdemo01
#   route of node03/demo01 to default by 100.100.198.250
#   route of node03 to 10.0.1.2/32 on vethhost01
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/node03-demo01, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=node03-demo01 group=874779040
readonly tools=(ip)
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
    :: ip -n demo01 link set dev lo group 874779040 up

  # veth('vethhost01', 'vethdemo01')
  # a veth pair, the inner end created in place
  step veth vethhost01 demo01 vethdemo01 02:b6:80:d1:13:94 02:20:e1:ca:90:c8 1500 \
    :: ip link add dev vethhost01 address 02:b6:80:d1:13:94 group 874779040 type veth peer name vethdemo01 address 02:20:e1:ca:90:c8 netns demo01 \
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
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"node03-demo01","hosts":[{"name":"node03","addresses":["100.100.198.250/24"],"device":"enp2s0"}],"resources":[
{"kind":"namespace","host":"node03","name":"demo01","call":"ns('demo01')"},
{"kind":"veth","host":"node03","namespace":"demo01","hostEnd":"vethhost01","nsEnd":"vethdemo01","call":"veth('vethhost01', 'vethdemo01')"},
{"kind":"address","host":"node03","namespace":"demo01","device":"vethdemo01","cidr":"10.0.1.2/24","call":"ip('10.0.1.2/24')"},
{"kind":"route","host":"node03","namespace":"demo01","to":"0.0.0.0/0","via":"100.100.198.250","device":"vethdemo01","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"node03","to":"10.0.1.2/32","device":"vethhost01","call":"routeBothWays()"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

