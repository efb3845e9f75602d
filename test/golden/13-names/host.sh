#!/usr/bin/env bash
# The lab host-a on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   bridge office of host
#   namespace host/a
#   veth pair veth-a <-> host/a eth0
#   port veth-a of bridge office on host
#   address 10.50.0.1/24 of host/a eth0
#   address fd00:50::1/64 of host/a eth0
#   rule of host: forward IPv4 within office
#   rule of host: forward IPv6 within office
#   file resolv.conf of host/a
#   namespace host/b
#   veth pair veth-b <-> host/b eth0
#   port veth-b of bridge office on host
#   address 10.50.0.2/24 of host/b eth0
#   address fd00:50::2/64 of host/b eth0
#   file hosts of host/a
#   file hosts of host/b
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft), ip6tables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-a, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
# Each word behind the name of a file is a line of it. One that was there before is put back.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-a group=1042708825
readonly tools=(ip iptables ip6tables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # bridge('office')
  # a switch: frames between its ports pass without routes
  step bridge office 0 02:36:39:00:b4:a3 \
    :: ip link add dev office address 02:36:39:00:b4:a3 group 1042708825 type bridge \
    :: ip link del dev office
  # the switch up
  step up - office \
    :: ip link set dev office up

  # ns('a')
  # a namespace: interfaces, routes and rules of its own
  step netns a \
    :: ip netns add a \
    :: ip netns del a
  # its loopback up, marked as of this lab
  step loopback a \
    :: ip -n a link set dev lo group 1042708825 up

  # attach('office')
  # a veth pair, the inner end created in place
  step veth veth-a a eth0 02:31:cd:7c:5a:c7 02:82:47:01:75:6d 1500 \
    :: ip link add dev veth-a address 02:31:cd:7c:5a:c7 group 1042708825 type veth peer name eth0 address 02:82:47:01:75:6d netns a \
    :: ip link del dev veth-a
  # the end on the host up
  step up - veth-a \
    :: ip link set dev veth-a up
  # the end inside up
  step up a eth0 \
    :: ip -n a link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-a office \
    :: ip link set dev veth-a master office

  # ip('auto')
  # the address, on the end inside
  step address a eth0 10.50.0.1/24 \
    :: ip -n a addr add 10.50.0.1/24 dev eth0
  # the address, on the end inside
  step address a eth0 fd00:50::1/64 \
    :: ip -n a addr add fd00:50::1/64 dev eth0 nodad
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept iptables -i office -o office \
    :: iptables -w 5 -t filter -A FORWARD -i office -o office -m comment --comment netloom:host-a -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i office -o office -m comment --comment netloom:host-a -j ACCEPT
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept ip6tables -i office -o office \
    :: ip6tables -w 5 -t filter -A FORWARD -i office -o office -m comment --comment netloom:host-a -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i office -o office -m comment --comment netloom:host-a -j ACCEPT

  # dns(['10.50.0.53', 'fd00:50::53'], { search: ['lab.test'] })
  # the name servers of the namespace
  step file a resolv.conf '# netloom:host-a' 'nameserver 10.50.0.53' 'nameserver fd00:50::53' 'search lab.test' \
    :: install -D -m 0644 /dev/stdin /etc/netns/a/resolv.conf \
    :: rm /etc/netns/a/resolv.conf

  # ns('b')
  # a namespace: interfaces, routes and rules of its own
  step netns b \
    :: ip netns add b \
    :: ip netns del b
  # its loopback up, marked as of this lab
  step loopback b \
    :: ip -n b link set dev lo group 1042708825 up

  # attach('office')
  # a veth pair, the inner end created in place
  step veth veth-b b eth0 02:a8:e6:90:86:bb 02:b5:c8:8c:7a:e4 1500 \
    :: ip link add dev veth-b address 02:a8:e6:90:86:bb group 1042708825 type veth peer name eth0 address 02:b5:c8:8c:7a:e4 netns b \
    :: ip link del dev veth-b
  # the end on the host up
  step up - veth-b \
    :: ip link set dev veth-b up
  # the end inside up
  step up b eth0 \
    :: ip -n b link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-b office \
    :: ip link set dev veth-b master office

  # ip('auto')
  # the address, on the end inside
  step address b eth0 10.50.0.2/24 \
    :: ip -n b addr add 10.50.0.2/24 dev eth0
  # the address, on the end inside
  step address b eth0 fd00:50::2/64 \
    :: ip -n b addr add fd00:50::2/64 dev eth0 nodad

  # hosts()
  # the names of the lab, for programs in the namespace
  step file a hosts '# netloom:host-a' '127.0.0.1 localhost' '::1 localhost' '10.50.0.1 a' 'fd00:50::1 a' '10.50.0.2 b' 'fd00:50::2 b' \
    :: install -D -m 0644 /dev/stdin /etc/netns/a/hosts \
    :: rm /etc/netns/a/hosts
  # the names of the lab, for programs in the namespace
  step file b hosts '# netloom:host-a' '127.0.0.1 localhost' '::1 localhost' '10.50.0.1 a' 'fd00:50::1 a' '10.50.0.2 b' 'fd00:50::2 b' \
    :: install -D -m 0644 /dev/stdin /etc/netns/b/hosts \
    :: rm /etc/netns/b/hosts
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-a","hosts":[{"name":"host"}],"resources":[
{"kind":"bridge","host":"host","name":"office","call":"bridge('office')"},
{"kind":"namespace","host":"host","name":"a","call":"ns('a')"},
{"kind":"veth","host":"host","namespace":"a","hostEnd":"veth-a","nsEnd":"eth0","call":"attach('office')"},
{"kind":"port","host":"host","device":"veth-a","bridge":"office","call":"attach('office')"},
{"kind":"address","host":"host","namespace":"a","device":"eth0","cidr":"10.50.0.1/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"a","device":"eth0","cidr":"fd00:50::1/64","call":"ip('auto')"},
{"kind":"accept","host":"host","family":4,"direction":"within","device":"office","call":"ip('auto')"},
{"kind":"accept","host":"host","family":6,"direction":"within","device":"office","call":"ip('auto')"},
{"kind":"file","host":"host","namespace":"a","name":"resolv.conf","lines":["nameserver 10.50.0.53","nameserver fd00:50::53","search lab.test"],"call":"dns(['10.50.0.53', 'fd00:50::53'], { search: ['lab.test'] })"},
{"kind":"namespace","host":"host","name":"b","call":"ns('b')"},
{"kind":"veth","host":"host","namespace":"b","hostEnd":"veth-b","nsEnd":"eth0","call":"attach('office')"},
{"kind":"port","host":"host","device":"veth-b","bridge":"office","call":"attach('office')"},
{"kind":"address","host":"host","namespace":"b","device":"eth0","cidr":"10.50.0.2/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"b","device":"eth0","cidr":"fd00:50::2/64","call":"ip('auto')"},
{"kind":"file","host":"host","namespace":"a","name":"hosts","lines":["127.0.0.1 localhost","::1 localhost","10.50.0.1 a","fd00:50::1 a","10.50.0.2 b","fd00:50::2 b"],"call":"hosts()"},
{"kind":"file","host":"host","namespace":"b","name":"hosts","lines":["127.0.0.1 localhost","::1 localhost","10.50.0.1 a","fd00:50::1 a","10.50.0.2 b","fd00:50::2 b"],"call":"hosts()"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

