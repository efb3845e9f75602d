#!/usr/bin/env bash
# The lab host-desk0 on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   bridge office of host
#   address 10.0.1.1/24 of host office
#   namespace host/desk0
#   veth pair veth-desk0 <-> host/desk0 eth0
#   port veth-desk0 of bridge office on host
#   address 10.0.1.10/24 of host/desk0 eth0
#   rule of host: forward IPv4 within office
#   namespace host/desk1
#   veth pair veth-desk1 <-> host/desk1 eth0
#   port veth-desk1 of bridge office on host
#   address 10.0.1.11/24 of host/desk1 eth0
#   namespace host/desk2
#   veth pair veth-desk2 <-> host/desk2 eth0
#   port veth-desk2 of bridge office on host
#   address 10.0.1.12/24 of host/desk2 eth0
#   bridge guests of host
#   address 10.0.2.1/24 of host guests
#   namespace host/guest0
#   veth pair veth-guest0 <-> host/guest0 eth0
#   port veth-guest0 of bridge guests on host
#   address 10.0.2.10/24 of host/guest0 eth0
#   namespace host/guest1
#   veth pair veth-guest1 <-> host/guest1 eth0
#   port veth-guest1 of bridge guests on host
#   address 10.0.2.11/24 of host/guest1 eth0
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-desk0, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-desk0 group=1039854615
readonly tools=(ip iptables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # bridge('office', { ip: '10.0.1.1/24' })
  # a switch: frames between its ports pass without routes
  step bridge office 0 02:aa:19:1c:94:a1 \
    :: ip link add dev office address 02:aa:19:1c:94:a1 group 1039854615 type bridge \
    :: ip link del dev office
  # the switch up
  step up - office \
    :: ip link set dev office up
  # the address of the host there
  step address - office 10.0.1.1/24 \
    :: ip addr add 10.0.1.1/24 dev office

  # ns('desk0')
  # a namespace: interfaces, routes and rules of its own
  step netns desk0 \
    :: ip netns add desk0 \
    :: ip netns del desk0
  # its loopback up, marked as of this lab
  step loopback desk0 \
    :: ip -n desk0 link set dev lo group 1039854615 up

  # attach('office')
  # a veth pair, the inner end created in place
  step veth veth-desk0 desk0 eth0 02:f3:be:ca:5d:70 02:f4:f8:95:39:74 1500 \
    :: ip link add dev veth-desk0 address 02:f3:be:ca:5d:70 group 1039854615 type veth peer name eth0 address 02:f4:f8:95:39:74 netns desk0 \
    :: ip link del dev veth-desk0
  # the end on the host up
  step up - veth-desk0 \
    :: ip link set dev veth-desk0 up
  # the end inside up
  step up desk0 eth0 \
    :: ip -n desk0 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-desk0 office \
    :: ip link set dev veth-desk0 master office

  # ip('10.0.1.10/24')
  # the address, on the end inside
  step address desk0 eth0 10.0.1.10/24 \
    :: ip -n desk0 addr add 10.0.1.10/24 dev eth0
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept iptables -i office -o office \
    :: iptables -w 5 -t filter -A FORWARD -i office -o office -m comment --comment netloom:host-desk0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i office -o office -m comment --comment netloom:host-desk0 -j ACCEPT

  # ns('desk1')
  # a namespace: interfaces, routes and rules of its own
  step netns desk1 \
    :: ip netns add desk1 \
    :: ip netns del desk1
  # its loopback up, marked as of this lab
  step loopback desk1 \
    :: ip -n desk1 link set dev lo group 1039854615 up

  # attach('office')
  # a veth pair, the inner end created in place
  step veth veth-desk1 desk1 eth0 02:eb:e6:2f:e8:a6 02:6b:41:0a:bb:6d 1500 \
    :: ip link add dev veth-desk1 address 02:eb:e6:2f:e8:a6 group 1039854615 type veth peer name eth0 address 02:6b:41:0a:bb:6d netns desk1 \
    :: ip link del dev veth-desk1
  # the end on the host up
  step up - veth-desk1 \
    :: ip link set dev veth-desk1 up
  # the end inside up
  step up desk1 eth0 \
    :: ip -n desk1 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-desk1 office \
    :: ip link set dev veth-desk1 master office

  # ip('10.0.1.11/24')
  # the address, on the end inside
  step address desk1 eth0 10.0.1.11/24 \
    :: ip -n desk1 addr add 10.0.1.11/24 dev eth0

  # ns('desk2')
  # a namespace: interfaces, routes and rules of its own
  step netns desk2 \
    :: ip netns add desk2 \
    :: ip netns del desk2
  # its loopback up, marked as of this lab
  step loopback desk2 \
    :: ip -n desk2 link set dev lo group 1039854615 up

  # attach('office')
  # a veth pair, the inner end created in place
  step veth veth-desk2 desk2 eth0 02:e5:b9:d3:df:ea 02:50:58:ff:70:af 1500 \
    :: ip link add dev veth-desk2 address 02:e5:b9:d3:df:ea group 1039854615 type veth peer name eth0 address 02:50:58:ff:70:af netns desk2 \
    :: ip link del dev veth-desk2
  # the end on the host up
  step up - veth-desk2 \
    :: ip link set dev veth-desk2 up
  # the end inside up
  step up desk2 eth0 \
    :: ip -n desk2 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-desk2 office \
    :: ip link set dev veth-desk2 master office

  # ip('10.0.1.12/24')
  # the address, on the end inside
  step address desk2 eth0 10.0.1.12/24 \
    :: ip -n desk2 addr add 10.0.1.12/24 dev eth0

  # bridge('guests', { ip: '10.0.2.1/24', isolated: true })
  # a switch: frames between its ports pass without routes
  step bridge guests 0 02:20:dc:1a:fb:53 \
    :: ip link add dev guests address 02:20:dc:1a:fb:53 group 1039854615 type bridge \
    :: ip link del dev guests
  # the switch up
  step up - guests \
    :: ip link set dev guests up
  # the address of the host there
  step address - guests 10.0.2.1/24 \
    :: ip addr add 10.0.2.1/24 dev guests

  # ns('guest0')
  # a namespace: interfaces, routes and rules of its own
  step netns guest0 \
    :: ip netns add guest0 \
    :: ip netns del guest0
  # its loopback up, marked as of this lab
  step loopback guest0 \
    :: ip -n guest0 link set dev lo group 1039854615 up

  # attach('guests')
  # a veth pair, the inner end created in place
  step veth veth-guest0 guest0 eth0 02:ba:92:1a:6a:2e 02:b0:31:97:ee:8b 1500 \
    :: ip link add dev veth-guest0 address 02:ba:92:1a:6a:2e group 1039854615 type veth peer name eth0 address 02:b0:31:97:ee:8b netns guest0 \
    :: ip link del dev veth-guest0
  # the end on the host up
  step up - veth-guest0 \
    :: ip link set dev veth-guest0 up
  # the end inside up
  step up guest0 eth0 \
    :: ip -n guest0 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-guest0 guests \
    :: ip link set dev veth-guest0 master guests
  # it does not reach other isolated ports
  step isolated veth-guest0 \
    :: ip link set dev veth-guest0 type bridge_slave isolated on

  # ip('10.0.2.10/24')
  # the address, on the end inside
  step address guest0 eth0 10.0.2.10/24 \
    :: ip -n guest0 addr add 10.0.2.10/24 dev eth0

  # ns('guest1')
  # a namespace: interfaces, routes and rules of its own
  step netns guest1 \
    :: ip netns add guest1 \
    :: ip netns del guest1
  # its loopback up, marked as of this lab
  step loopback guest1 \
    :: ip -n guest1 link set dev lo group 1039854615 up

  # attach('guests')
  # a veth pair, the inner end created in place
  step veth veth-guest1 guest1 eth0 02:4a:a2:90:0b:87 02:4a:e6:16:bf:cf 1500 \
    :: ip link add dev veth-guest1 address 02:4a:a2:90:0b:87 group 1039854615 type veth peer name eth0 address 02:4a:e6:16:bf:cf netns guest1 \
    :: ip link del dev veth-guest1
  # the end on the host up
  step up - veth-guest1 \
    :: ip link set dev veth-guest1 up
  # the end inside up
  step up guest1 eth0 \
    :: ip -n guest1 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-guest1 guests \
    :: ip link set dev veth-guest1 master guests
  # it does not reach other isolated ports
  step isolated veth-guest1 \
    :: ip link set dev veth-guest1 type bridge_slave isolated on

  # ip('10.0.2.11/24')
  # the address, on the end inside
  step address guest1 eth0 10.0.2.11/24 \
    :: ip -n guest1 addr add 10.0.2.11/24 dev eth0
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-desk0","hosts":[{"name":"host"}],"resources":[
{"kind":"bridge","host":"host","name":"office","call":"bridge('office', { ip: '10.0.1.1/24' })"},
{"kind":"address","host":"host","device":"office","cidr":"10.0.1.1/24","call":"bridge('office', { ip: '10.0.1.1/24' })"},
{"kind":"namespace","host":"host","name":"desk0","call":"ns('desk0')"},
{"kind":"veth","host":"host","namespace":"desk0","hostEnd":"veth-desk0","nsEnd":"eth0","call":"attach('office')"},
{"kind":"port","host":"host","device":"veth-desk0","bridge":"office","call":"attach('office')"},
{"kind":"address","host":"host","namespace":"desk0","device":"eth0","cidr":"10.0.1.10/24","call":"ip('10.0.1.10/24')"},
{"kind":"accept","host":"host","family":4,"direction":"within","device":"office","call":"ip('10.0.1.10/24')"},
{"kind":"namespace","host":"host","name":"desk1","call":"ns('desk1')"},
{"kind":"veth","host":"host","namespace":"desk1","hostEnd":"veth-desk1","nsEnd":"eth0","call":"attach('office')"},
{"kind":"port","host":"host","device":"veth-desk1","bridge":"office","call":"attach('office')"},
{"kind":"address","host":"host","namespace":"desk1","device":"eth0","cidr":"10.0.1.11/24","call":"ip('10.0.1.11/24')"},
{"kind":"namespace","host":"host","name":"desk2","call":"ns('desk2')"},
{"kind":"veth","host":"host","namespace":"desk2","hostEnd":"veth-desk2","nsEnd":"eth0","call":"attach('office')"},
{"kind":"port","host":"host","device":"veth-desk2","bridge":"office","call":"attach('office')"},
{"kind":"address","host":"host","namespace":"desk2","device":"eth0","cidr":"10.0.1.12/24","call":"ip('10.0.1.12/24')"},
{"kind":"bridge","host":"host","name":"guests","isolated":true,"call":"bridge('guests', { ip: '10.0.2.1/24', isolated: true })"},
{"kind":"address","host":"host","device":"guests","cidr":"10.0.2.1/24","call":"bridge('guests', { ip: '10.0.2.1/24', isolated: true })"},
{"kind":"namespace","host":"host","name":"guest0","call":"ns('guest0')"},
{"kind":"veth","host":"host","namespace":"guest0","hostEnd":"veth-guest0","nsEnd":"eth0","call":"attach('guests')"},
{"kind":"port","host":"host","device":"veth-guest0","bridge":"guests","isolated":true,"call":"attach('guests')"},
{"kind":"address","host":"host","namespace":"guest0","device":"eth0","cidr":"10.0.2.10/24","call":"ip('10.0.2.10/24')"},
{"kind":"namespace","host":"host","name":"guest1","call":"ns('guest1')"},
{"kind":"veth","host":"host","namespace":"guest1","hostEnd":"veth-guest1","nsEnd":"eth0","call":"attach('guests')"},
{"kind":"port","host":"host","device":"veth-guest1","bridge":"guests","isolated":true,"call":"attach('guests')"},
{"kind":"address","host":"host","namespace":"guest1","device":"eth0","cidr":"10.0.2.11/24","call":"ip('10.0.2.11/24')"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

