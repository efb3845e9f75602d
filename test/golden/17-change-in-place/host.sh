#!/usr/bin/env bash
# The lab shop on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/web
#   veth pair veth-web <-> host/web eth0
#   address 10.0.1.2/24 of host/web eth0
#   address 10.0.1.3/24 of host/web eth0
#   address 169.254.1.1/32 of host veth-web
#   route of host/web to default by 169.254.1.1
#   route of host to 10.0.1.2/32 on veth-web
#   route of host to 10.0.1.3/32 on veth-web
#   IPv4 forwarding on host
#   rule of host: forward IPv4 to veth-web
#   rule of host: forward IPv4 from veth-web
#   namespace host/db
#   veth pair veth-db <-> host/db eth0
#   address 10.0.2.2/24 of host/db eth0
#   address 169.254.1.1/32 of host veth-db
#   route of host/db to default by 169.254.1.1
#   route of host to 10.0.2.2/32 on veth-db
#   rule of host: forward IPv4 to veth-db
#   rule of host: forward IPv4 from veth-db
#   what passes first: filter of host/db for IPv4 input
#   filter of host/db for IPv4 input: allow all from 10.0.1.2/32
#   filter of host/db for IPv4 input: allow all from 10.0.1.3/32
#   what passes first: filter of host/db for IPv6 input
#   filter of host/db for IPv4 input: deny the rest
#   filter of host/db for IPv6 input: deny the rest
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft), ip6tables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/shop, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=shop group=762841560
readonly tools=(ip iptables ip6tables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('web')
  # a namespace: interfaces, routes and rules of its own
  step netns web \
    :: ip netns add web \
    :: ip netns del web
  # its loopback up, marked as of this lab
  step loopback web \
    :: ip -n web link set dev lo group 762841560 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-web web eth0 02:44:91:be:b9:84 02:4f:9e:b9:dd:c2 1500 \
    :: ip link add dev veth-web address 02:44:91:be:b9:84 group 762841560 type veth peer name eth0 address 02:4f:9e:b9:dd:c2 netns web \
    :: ip link del dev veth-web
  # the end on the host up
  step up - veth-web \
    :: ip link set dev veth-web up
  # the end inside up
  step up web eth0 \
    :: ip -n web link set dev eth0 up

  # ip('10.0.1.2/24', '10.0.1.3/24')
  # the address, on the end inside
  step address web eth0 10.0.1.2/24 \
    :: ip -n web addr add 10.0.1.2/24 dev eth0
  # the address, on the end inside
  step address web eth0 10.0.1.3/24 \
    :: ip -n web addr add 10.0.1.3/24 dev eth0

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-web 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-web
  # the way out: where all else goes
  step route web 4 default 169.254.1.1 eth0 \
    :: ip -n web route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the way to 10.0.1.2
  step route - 4 10.0.1.2/32 - veth-web \
    :: ip route add 10.0.1.2/32 dev veth-web proto 78 \
    :: ip route del 10.0.1.2/32 dev veth-web proto 78
  # the way to 10.0.1.3
  step route - 4 10.0.1.3/32 - veth-web \
    :: ip route add 10.0.1.3/32 dev veth-web proto 78 \
    :: ip route del 10.0.1.3/32 dev veth-web proto 78

  # allowForward()
  # the host forwards IPv4; what stood there is kept for down
  step forwarding 4 \
    :: sysctl -w net.ipv4.ip_forward=1
  # what is for the namespace passes
  step accept iptables -o veth-web \
    :: iptables -w 5 -t filter -A FORWARD -o veth-web -m comment --comment netloom:shop -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-web -m comment --comment netloom:shop -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-web \
    :: iptables -w 5 -t filter -A FORWARD -i veth-web -m comment --comment netloom:shop -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-web -m comment --comment netloom:shop -j ACCEPT

  # ns('db')
  # a namespace: interfaces, routes and rules of its own
  step netns db \
    :: ip netns add db \
    :: ip netns del db
  # its loopback up, marked as of this lab
  step loopback db \
    :: ip -n db link set dev lo group 762841560 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-db db eth0 02:50:89:a9:a8:3b 02:ad:f9:b8:7f:80 1500 \
    :: ip link add dev veth-db address 02:50:89:a9:a8:3b group 762841560 type veth peer name eth0 address 02:ad:f9:b8:7f:80 netns db \
    :: ip link del dev veth-db
  # the end on the host up
  step up - veth-db \
    :: ip link set dev veth-db up
  # the end inside up
  step up db eth0 \
    :: ip -n db link set dev eth0 up

  # ip('10.0.2.2/24')
  # the address, on the end inside
  step address db eth0 10.0.2.2/24 \
    :: ip -n db addr add 10.0.2.2/24 dev eth0

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-db 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-db
  # the way out: where all else goes
  step route db 4 default 169.254.1.1 eth0 \
    :: ip -n db route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the way to 10.0.2.2
  step route - 4 10.0.2.2/32 - veth-db \
    :: ip route add 10.0.2.2/32 dev veth-db proto 78 \
    :: ip route del 10.0.2.2/32 dev veth-db proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-db \
    :: iptables -w 5 -t filter -A FORWARD -o veth-db -m comment --comment netloom:shop -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-db -m comment --comment netloom:shop -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-db \
    :: iptables -w 5 -t filter -A FORWARD -i veth-db -m comment --comment netloom:shop -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-db -m comment --comment netloom:shop -j ACCEPT

  # allow({ from: 'web' })
  # replies pass, and errors that belong to a flow
  step filter db iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:shop -j ACCEPT
  # a namespace always speaks with itself
  step filter db iptables -A INPUT -i lo -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -i lo -m comment --comment netloom:shop -j ACCEPT
  # who sends too much must learn of the smaller MTU
  step filter db iptables -A INPUT -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -p icmp -m icmp --icmp-type 3/4 -m comment --comment netloom:shop -j ACCEPT
  # this passes
  step filter db iptables -A INPUT -s 10.0.1.2/32 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -s 10.0.1.2/32 -m comment --comment netloom:shop -j ACCEPT
  # this passes
  step filter db iptables -A INPUT -s 10.0.1.3/32 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db iptables -w 5 -t filter -A INPUT -s 10.0.1.3/32 -m comment --comment netloom:shop -j ACCEPT

  # policy('deny')
  # replies pass, and errors that belong to a flow
  step filter db ip6tables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:shop -j ACCEPT
  # a namespace always speaks with itself
  step filter db ip6tables -A INPUT -i lo -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -i lo -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 2 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 2 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 3 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 3 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 4 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 4 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment netloom:shop -j ACCEPT
  # IPv6 does not work without it
  step filter db ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment netloom:shop -j ACCEPT \
    :: ip netns exec db ip6tables -w 5 -t filter -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment netloom:shop -j ACCEPT
  # what no rule decides does not pass
  step filter db iptables -P INPUT DROP \
    :: ip netns exec db iptables -w 5 -t filter -P INPUT DROP
  # what no rule decides does not pass
  step filter db ip6tables -P INPUT DROP \
    :: ip netns exec db ip6tables -w 5 -t filter -P INPUT DROP
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"shop","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"web","call":"ns('web')"},
{"kind":"veth","host":"host","namespace":"web","hostEnd":"veth-web","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"web","device":"eth0","cidr":"10.0.1.2/24","call":"ip('10.0.1.2/24', '10.0.1.3/24')"},
{"kind":"address","host":"host","namespace":"web","device":"eth0","cidr":"10.0.1.3/24","call":"ip('10.0.1.2/24', '10.0.1.3/24')"},
{"kind":"address","host":"host","device":"veth-web","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"web","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.1.2/32","device":"veth-web","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.1.3/32","device":"veth-web","call":"routeBothWays()"},
{"kind":"forwarding","host":"host","family":4,"call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-web","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-web","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"db","call":"ns('db')"},
{"kind":"veth","host":"host","namespace":"db","hostEnd":"veth-db","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"db","device":"eth0","cidr":"10.0.2.2/24","call":"ip('10.0.2.2/24')"},
{"kind":"address","host":"host","device":"veth-db","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"db","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.2.2/32","device":"veth-db","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-db","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-db","call":"allowForward()"},
{"kind":"guard","host":"host","namespace":"db","family":4,"hook":"input","call":"allow({ from: 'web' })"},
{"kind":"filter","host":"host","namespace":"db","family":4,"hook":"input","verdict":"allow","from":"10.0.1.2/32","call":"allow({ from: 'web' })"},
{"kind":"filter","host":"host","namespace":"db","family":4,"hook":"input","verdict":"allow","from":"10.0.1.3/32","call":"allow({ from: 'web' })"},
{"kind":"guard","host":"host","namespace":"db","family":6,"hook":"input","call":"policy('deny')"},
{"kind":"policy","host":"host","namespace":"db","family":4,"hook":"input","call":"policy('deny')"},
{"kind":"policy","host":"host","namespace":"db","family":6,"hook":"input","call":"policy('deny')"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

