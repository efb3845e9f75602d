#!/usr/bin/env bash
# The lab host-desk0 on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   bridge lan of host
#   address 10.50.0.1/24 of host lan
#   address fd00:50::1/64 of host lan
#   address fe80::2f75:2f3b:5e5c:77c6/64 of host lan
#   namespace host/desk0
#   veth pair veth-desk0 <-> host/desk0 eth0
#   port veth-desk0 of bridge lan on host
#   address 10.50.0.2/24 of host/desk0 eth0
#   address fd00:50::2/64 of host/desk0 eth0
#   rule of host: forward IPv4 within lan
#   rule of host: forward IPv6 within lan
#   namespace host/desk1
#   veth pair veth-desk1 <-> host/desk1 eth0
#   port veth-desk1 of bridge lan on host
#   address 10.50.0.3/24 of host/desk1 eth0
#   address fd00:50::3/64 of host/desk1 eth0
#   namespace host/desk2
#   veth pair veth-desk2 <-> host/desk2 eth0
#   port veth-desk2 of bridge lan on host
#   address 10.50.0.4/24 of host/desk2 eth0
#   address fd00:50::4/64 of host/desk2 eth0
#   namespace host/printer
#   link host/printer eth0 <-> host/desk0 eth1
#   address 10.50.1.1/24 of host/printer eth0
#   address fd00:50:0:1::1/64 of host/printer eth0
#   address 10.50.1.2/24 of host/desk0 eth1
#   address fd00:50:0:1::2/64 of host/desk0 eth1
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft), ip6tables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
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
readonly tools=(ip iptables ip6tables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # bridge('lan', { ip: 'auto' })
  # a switch: frames between its ports pass without routes
  step bridge lan 0 02:a9:42:5a:a2:81 \
    :: ip link add dev lan address 02:a9:42:5a:a2:81 group 1039854615 type bridge \
    :: ip link del dev lan
  # the switch up
  step up - lan \
    :: ip link set dev lan up
  # the address of the host there
  step address - lan 10.50.0.1/24 \
    :: ip addr add 10.50.0.1/24 dev lan
  # the address of the host there
  step address - lan fd00:50::1/64 \
    :: ip addr add fd00:50::1/64 dev lan nodad
  # with it a router asks for its neighbours at once
  step address - lan fe80::2f75:2f3b:5e5c:77c6/64 \
    :: ip addr add fe80::2f75:2f3b:5e5c:77c6/64 dev lan nodad

  # ns('desk0')
  # a namespace: interfaces, routes and rules of its own
  step netns desk0 \
    :: ip netns add desk0 \
    :: ip netns del desk0
  # its loopback up, marked as of this lab
  step loopback desk0 \
    :: ip -n desk0 link set dev lo group 1039854615 up

  # attach('lan')
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
  step port veth-desk0 lan \
    :: ip link set dev veth-desk0 master lan

  # ip('auto')
  # the address, on the end inside
  step address desk0 eth0 10.50.0.2/24 \
    :: ip -n desk0 addr add 10.50.0.2/24 dev eth0
  # the address, on the end inside
  step address desk0 eth0 fd00:50::2/64 \
    :: ip -n desk0 addr add fd00:50::2/64 dev eth0 nodad
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept iptables -i lan -o lan \
    :: iptables -w 5 -t filter -A FORWARD -i lan -o lan -m comment --comment netloom:host-desk0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i lan -o lan -m comment --comment netloom:host-desk0 -j ACCEPT
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept ip6tables -i lan -o lan \
    :: ip6tables -w 5 -t filter -A FORWARD -i lan -o lan -m comment --comment netloom:host-desk0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i lan -o lan -m comment --comment netloom:host-desk0 -j ACCEPT

  # ns('desk1')
  # a namespace: interfaces, routes and rules of its own
  step netns desk1 \
    :: ip netns add desk1 \
    :: ip netns del desk1
  # its loopback up, marked as of this lab
  step loopback desk1 \
    :: ip -n desk1 link set dev lo group 1039854615 up

  # attach('lan')
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
  step port veth-desk1 lan \
    :: ip link set dev veth-desk1 master lan

  # ip('auto')
  # the address, on the end inside
  step address desk1 eth0 10.50.0.3/24 \
    :: ip -n desk1 addr add 10.50.0.3/24 dev eth0
  # the address, on the end inside
  step address desk1 eth0 fd00:50::3/64 \
    :: ip -n desk1 addr add fd00:50::3/64 dev eth0 nodad

  # ns('desk2')
  # a namespace: interfaces, routes and rules of its own
  step netns desk2 \
    :: ip netns add desk2 \
    :: ip netns del desk2
  # its loopback up, marked as of this lab
  step loopback desk2 \
    :: ip -n desk2 link set dev lo group 1039854615 up

  # attach('lan')
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
  step port veth-desk2 lan \
    :: ip link set dev veth-desk2 master lan

  # ip('auto')
  # the address, on the end inside
  step address desk2 eth0 10.50.0.4/24 \
    :: ip -n desk2 addr add 10.50.0.4/24 dev eth0
  # the address, on the end inside
  step address desk2 eth0 fd00:50::4/64 \
    :: ip -n desk2 addr add fd00:50::4/64 dev eth0 nodad

  # ns('printer')
  # a namespace: interfaces, routes and rules of its own
  step netns printer \
    :: ip netns add printer \
    :: ip netns del printer
  # its loopback up, marked as of this lab
  step loopback printer \
    :: ip -n printer link set dev lo group 1039854615 up

  # link('desk0', { ip: 'auto' })
  # a veth pair between two namespaces, each end created in place
  step link printer eth0 desk0 eth1 02:eb:33:31:b5:ae 02:71:bb:75:71:50 1500 \
    :: ip link add dev eth0 address 02:eb:33:31:b5:ae netns printer group 1039854615 type veth peer name eth1 address 02:71:bb:75:71:50 netns desk0
  # its end up
  step up printer eth0 \
    :: ip -n printer link set dev eth0 up
  # its end up
  step up desk0 eth1 \
    :: ip -n desk0 link set dev eth1 up
  # the address, on the end inside
  step address printer eth0 10.50.1.1/24 \
    :: ip -n printer addr add 10.50.1.1/24 dev eth0
  # the address, on the end inside
  step address printer eth0 fd00:50:0:1::1/64 \
    :: ip -n printer addr add fd00:50:0:1::1/64 dev eth0 nodad
  # the address, on the end inside
  step address desk0 eth1 10.50.1.2/24 \
    :: ip -n desk0 addr add 10.50.1.2/24 dev eth1
  # the address, on the end inside
  step address desk0 eth1 fd00:50:0:1::2/64 \
    :: ip -n desk0 addr add fd00:50:0:1::2/64 dev eth1 nodad
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-desk0","hosts":[{"name":"host"}],"resources":[
{"kind":"bridge","host":"host","name":"lan","call":"bridge('lan', { ip: 'auto' })"},
{"kind":"address","host":"host","device":"lan","cidr":"10.50.0.1/24","call":"bridge('lan', { ip: 'auto' })"},
{"kind":"address","host":"host","device":"lan","cidr":"fd00:50::1/64","call":"bridge('lan', { ip: 'auto' })"},
{"kind":"address","host":"host","device":"lan","cidr":"fe80::2f75:2f3b:5e5c:77c6/64","call":"bridge('lan', { ip: 'auto' })"},
{"kind":"namespace","host":"host","name":"desk0","call":"ns('desk0')"},
{"kind":"veth","host":"host","namespace":"desk0","hostEnd":"veth-desk0","nsEnd":"eth0","call":"attach('lan')"},
{"kind":"port","host":"host","device":"veth-desk0","bridge":"lan","call":"attach('lan')"},
{"kind":"address","host":"host","namespace":"desk0","device":"eth0","cidr":"10.50.0.2/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"desk0","device":"eth0","cidr":"fd00:50::2/64","call":"ip('auto')"},
{"kind":"accept","host":"host","family":4,"direction":"within","device":"lan","call":"ip('auto')"},
{"kind":"accept","host":"host","family":6,"direction":"within","device":"lan","call":"ip('auto')"},
{"kind":"namespace","host":"host","name":"desk1","call":"ns('desk1')"},
{"kind":"veth","host":"host","namespace":"desk1","hostEnd":"veth-desk1","nsEnd":"eth0","call":"attach('lan')"},
{"kind":"port","host":"host","device":"veth-desk1","bridge":"lan","call":"attach('lan')"},
{"kind":"address","host":"host","namespace":"desk1","device":"eth0","cidr":"10.50.0.3/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"desk1","device":"eth0","cidr":"fd00:50::3/64","call":"ip('auto')"},
{"kind":"namespace","host":"host","name":"desk2","call":"ns('desk2')"},
{"kind":"veth","host":"host","namespace":"desk2","hostEnd":"veth-desk2","nsEnd":"eth0","call":"attach('lan')"},
{"kind":"port","host":"host","device":"veth-desk2","bridge":"lan","call":"attach('lan')"},
{"kind":"address","host":"host","namespace":"desk2","device":"eth0","cidr":"10.50.0.4/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"desk2","device":"eth0","cidr":"fd00:50::4/64","call":"ip('auto')"},
{"kind":"namespace","host":"host","name":"printer","call":"ns('printer')"},
{"kind":"link","host":"host","namespace":"printer","device":"eth0","peer":"desk0","peerDevice":"eth1","call":"link('desk0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"printer","device":"eth0","cidr":"10.50.1.1/24","call":"link('desk0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"printer","device":"eth0","cidr":"fd00:50:0:1::1/64","call":"link('desk0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"desk0","device":"eth1","cidr":"10.50.1.2/24","call":"link('desk0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"desk0","device":"eth1","cidr":"fd00:50:0:1::2/64","call":"link('desk0', { ip: 'auto' })"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

