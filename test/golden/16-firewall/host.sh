#!/usr/bin/env bash
# The lab host-gate on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/gate
#   setting net/ipv4/ip_forward of host/gate
#   setting net/ipv6/conf/all/forwarding of host/gate
#   namespace host/web
#   link host/web eth0 <-> host/gate eth0
#   address 10.0.1.2/24 of host/web eth0
#   address 10.0.1.1/24 of host/gate eth0
#   namespace host/db
#   link host/db eth0 <-> host/gate eth1
#   address 10.0.2.2/24 of host/db eth0
#   address 10.0.2.1/24 of host/gate eth1
#   namespace host/guest
#   link host/guest eth0 <-> host/gate eth2
#   address 10.0.3.2/24 of host/guest eth0
#   address 10.0.3.1/24 of host/gate eth2
#   route of host/web to default by 10.0.1.1
#   route of host/db to default by 10.0.2.1
#   route of host/guest to default by 10.0.3.1
#   what passes first: filter of host/db for IPv4 input
#   filter of host/db for IPv4 input: allow tcp port 5432 from 10.0.1.2/32
#   filter of host/db for IPv4 input: allow icmp from 10.0.1.2/32
#   what passes first: filter of host/db for IPv6 input
#   filter of host/db for IPv4 input: deny the rest
#   filter of host/db for IPv6 input: deny the rest
#   what passes first: filter of host/gate for IPv4 input
#   what passes first: filter of host/gate for IPv4 forward
#   filter of host/gate for IPv4 input: deny all from 10.0.3.2/32 to 10.0.0.0/8
#   filter of host/gate for IPv4 forward: deny all from 10.0.3.2/32 to 10.0.0.0/8
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft), ip6tables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-gate, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-gate group=956875139
readonly tools=(ip iptables ip6tables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('gate')
  # a namespace: interfaces, routes and rules of its own
  step netns gate \
    :: ip netns add gate \
    :: ip netns del gate
  # its loopback up, marked as of this lab
  step loopback gate \
    :: ip -n gate link set dev lo group 956875139 up

  # router()
  # a setting of this namespace alone
  step setting gate net/ipv4/ip_forward 1 \
    :: ip netns exec gate sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting gate net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec gate sysctl -w net/ipv6/conf/all/forwarding=1

  # ns('web')
  # a namespace: interfaces, routes and rules of its own
  step netns web \
    :: ip netns add web \
    :: ip netns del web
  # its loopback up, marked as of this lab
  step loopback web \
    :: ip -n web link set dev lo group 956875139 up

  # link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
  # a veth pair between two namespaces, each end created in place
  step link web eth0 gate eth0 02:b2:00:34:4b:a8 02:26:38:ba:28:f4 1500 \
    :: ip link add dev eth0 address 02:b2:00:34:4b:a8 netns web group 956875139 type veth peer name eth0 address 02:26:38:ba:28:f4 netns gate
  # its end up
  step up web eth0 \
    :: ip -n web link set dev eth0 up
  # its end up
  step up gate eth0 \
    :: ip -n gate link set dev eth0 up
  # the address, on the end inside
  step address web eth0 10.0.1.2/24 \
    :: ip -n web addr add 10.0.1.2/24 dev eth0
  # the address, on the end inside
  step address gate eth0 10.0.1.1/24 \
    :: ip -n gate addr add 10.0.1.1/24 dev eth0

  # ns('db')
  # a namespace: interfaces, routes and rules of its own
  step netns db \
    :: ip netns add db \
    :: ip netns del db
  # its loopback up, marked as of this lab
  step loopback db \
    :: ip -n db link set dev lo group 956875139 up

  # link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })
  # a veth pair between two namespaces, each end created in place
  step link db eth0 gate eth1 02:d4:b3:d4:84:12 02:c8:20:54:ee:8f 1500 \
    :: ip link add dev eth0 address 02:d4:b3:d4:84:12 netns db group 956875139 type veth peer name eth1 address 02:c8:20:54:ee:8f netns gate
  # its end up
  step up db eth0 \
    :: ip -n db link set dev eth0 up
  # its end up
  step up gate eth1 \
    :: ip -n gate link set dev eth1 up
  # the address, on the end inside
  step address db eth0 10.0.2.2/24 \
    :: ip -n db addr add 10.0.2.2/24 dev eth0
  # the address, on the end inside
  step address gate eth1 10.0.2.1/24 \
    :: ip -n gate addr add 10.0.2.1/24 dev eth1

  # ns('guest')
  # a namespace: interfaces, routes and rules of its own
  step netns guest \
    :: ip netns add guest \
    :: ip netns del guest
  # its loopback up, marked as of this lab
  step loopback guest \
    :: ip -n guest link set dev lo group 956875139 up

  # link('gate', { ip: ['10.0.3.2/24', '10.0.3.1/24'] })
  # a veth pair between two namespaces, each end created in place
  step link guest eth0 gate eth2 02:54:e4:4b:16:18 02:e9:a4:96:f1:a1 1500 \
    :: ip link add dev eth0 address 02:54:e4:4b:16:18 netns guest group 956875139 type veth peer name eth2 address 02:e9:a4:96:f1:a1 netns gate
  # its end up
  step up guest eth0 \
    :: ip -n guest link set dev eth0 up
  # its end up
  step up gate eth2 \
    :: ip -n gate link set dev eth2 up
  # the address, on the end inside
  step address guest eth0 10.0.3.2/24 \
    :: ip -n guest addr add 10.0.3.2/24 dev eth0
  # the address, on the end inside
  step address gate eth2 10.0.3.1/24 \
    :: ip -n gate addr add 10.0.3.1/24 dev eth2

  # routeAll()
  # the way out: where all else goes
  step route web 4 default 10.0.1.1 eth0 \
    :: ip -n web route add default via 10.0.1.1 dev eth0 proto 78
  # the way out: where all else goes
  step route db 4 default 10.0.2.1 eth0 \
    :: ip -n db route add default via 10.0.2.1 dev eth0 proto 78
  # the way out: where all else goes
  step route guest 4 default 10.0.3.1 eth0 \
    :: ip -n guest route add default via 10.0.3.1 dev eth0 proto 78

  # allow({ from: 'web', protocol: 'tcp', port: 5432 })
  # replies pass, and errors that belong to a flow
  step filter db iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT
  # a namespace always speaks with itself
  step filter db iptables -A INPUT -i lo -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -i lo -m comment --comment netloom:host-gate -j ACCEPT
  # who sends too much must learn of the smaller MTU
  step filter db iptables -A INPUT -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:host-gate -j ACCEPT
  # this passes
  step filter db iptables -A INPUT -s 10.0.1.2/32 -p tcp -m tcp --dport 5432 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -s 10.0.1.2/32 -p tcp -m tcp --dport 5432 -m comment --comment netloom:host-gate -j ACCEPT

  # allow({ from: 'web', protocol: 'icmp' })
  # this passes
  step filter db iptables -A INPUT -s 10.0.1.2/32 -p icmp -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -s 10.0.1.2/32 -p icmp -m comment --comment netloom:host-gate -j ACCEPT

  # policy('deny')
  # replies pass, and errors that belong to a flow
  step filter db ip6tables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT
  # a namespace always speaks with itself
  step filter db ip6tables -A INPUT -i lo -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -i lo -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 2 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 2 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 3 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 3 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 4 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 4 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment netloom:host-gate -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment netloom:host-gate -j ACCEPT
  # what no rule decides does not pass
  step filter db iptables -P INPUT DROP \
    :: ip netns exec db iptables -w 5 -t filter -P INPUT DROP
  # what no rule decides does not pass
  step filter db ip6tables -P INPUT DROP \
    :: ip netns exec db ip6tables -w 5 -t filter -P INPUT DROP

  # deny({ from: 'guest', to: '10.0.0.0/8' })
  # replies pass, and errors that belong to a flow
  step filter gate iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec gate iptables -w 5 -t filter -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT
  # a namespace always speaks with itself
  step filter gate iptables -A INPUT -i lo -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec gate iptables -w 5 -t filter -A INPUT -i lo -m comment --comment netloom:host-gate -j ACCEPT
  # who sends too much must learn of the smaller MTU
  step filter gate iptables -A INPUT -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec gate iptables -w 5 -t filter -A INPUT -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:host-gate -j ACCEPT
  # replies pass, and errors that belong to a flow
  step filter gate iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec gate iptables -w 5 -t filter -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:host-gate -j ACCEPT
  # who sends too much must learn of the smaller MTU
  step filter gate iptables -A FORWARD -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:host-gate -j ACCEPT \
    :: ip netns exec gate iptables -w 5 -t filter -A FORWARD -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:host-gate -j ACCEPT
  # this does not pass
  step filter gate iptables -A INPUT -s 10.0.3.2/32 -d 10.0.0.0/8 -m comment --comment netloom:host-gate -j DROP \
    :: ip netns exec gate iptables -w 5 -t filter -A INPUT -s 10.0.3.2/32 -d 10.0.0.0/8 -m comment --comment netloom:host-gate -j DROP
  # this does not pass
  step filter gate iptables -A FORWARD -s 10.0.3.2/32 -d 10.0.0.0/8 -m comment --comment netloom:host-gate -j DROP \
    :: ip netns exec gate iptables -w 5 -t filter -A FORWARD -s 10.0.3.2/32 -d 10.0.0.0/8 -m comment --comment netloom:host-gate -j DROP
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-gate","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"gate","call":"ns('gate')"},
{"kind":"setting","host":"host","namespace":"gate","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"gate","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"namespace","host":"host","name":"web","call":"ns('web')"},
{"kind":"link","host":"host","namespace":"web","device":"eth0","peer":"gate","peerDevice":"eth0","call":"link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"address","host":"host","namespace":"web","device":"eth0","cidr":"10.0.1.2/24","call":"link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"address","host":"host","namespace":"gate","device":"eth0","cidr":"10.0.1.1/24","call":"link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"namespace","host":"host","name":"db","call":"ns('db')"},
{"kind":"link","host":"host","namespace":"db","device":"eth0","peer":"gate","peerDevice":"eth1","call":"link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"address","host":"host","namespace":"db","device":"eth0","cidr":"10.0.2.2/24","call":"link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"address","host":"host","namespace":"gate","device":"eth1","cidr":"10.0.2.1/24","call":"link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"namespace","host":"host","name":"guest","call":"ns('guest')"},
{"kind":"link","host":"host","namespace":"guest","device":"eth0","peer":"gate","peerDevice":"eth2","call":"link('gate', { ip: ['10.0.3.2/24', '10.0.3.1/24'] })"},
{"kind":"address","host":"host","namespace":"guest","device":"eth0","cidr":"10.0.3.2/24","call":"link('gate', { ip: ['10.0.3.2/24', '10.0.3.1/24'] })"},
{"kind":"address","host":"host","namespace":"gate","device":"eth2","cidr":"10.0.3.1/24","call":"link('gate', { ip: ['10.0.3.2/24', '10.0.3.1/24'] })"},
{"kind":"route","host":"host","namespace":"web","to":"0.0.0.0/0","via":"10.0.1.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"db","to":"0.0.0.0/0","via":"10.0.2.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"guest","to":"0.0.0.0/0","via":"10.0.3.1","device":"eth0","call":"routeAll()"},
{"kind":"guard","host":"host","namespace":"db","family":4,"hook":"input","call":"allow({ from: 'web', protocol: 'tcp', port: 5432 })"},
{"kind":"filter","host":"host","namespace":"db","family":4,"hook":"input","verdict":"allow","from":"10.0.1.2/32","protocol":"tcp","port":5432,"call":"allow({ from: 'web', protocol: 'tcp', port: 5432 })"},
{"kind":"filter","host":"host","namespace":"db","family":4,"hook":"input","verdict":"allow","from":"10.0.1.2/32","protocol":"icmp","call":"allow({ from: 'web', protocol: 'icmp' })"},
{"kind":"guard","host":"host","namespace":"db","family":6,"hook":"input","call":"policy('deny')"},
{"kind":"policy","host":"host","namespace":"db","family":4,"hook":"input","call":"policy('deny')"},
{"kind":"policy","host":"host","namespace":"db","family":6,"hook":"input","call":"policy('deny')"},
{"kind":"guard","host":"host","namespace":"gate","family":4,"hook":"input","call":"deny({ from: 'guest', to: '10.0.0.0/8' })"},
{"kind":"guard","host":"host","namespace":"gate","family":4,"hook":"forward","call":"deny({ from: 'guest', to: '10.0.0.0/8' })"},
{"kind":"filter","host":"host","namespace":"gate","family":4,"hook":"input","verdict":"deny","from":"10.0.3.2/32","to":"10.0.0.0/8","call":"deny({ from: 'guest', to: '10.0.0.0/8' })"},
{"kind":"filter","host":"host","namespace":"gate","family":4,"hook":"forward","verdict":"deny","from":"10.0.3.2/32","to":"10.0.0.0/8","call":"deny({ from: 'guest', to: '10.0.0.0/8' })"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

