#!/usr/bin/env bash
# The lab node03-client-web on host node03. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace node03/web
#   veth pair veth-web <-> node03/web eth0
#   address 10.0.1.2/24 of node03/web eth0
#   route of node03/web to default by 100.100.198.250
#   route of node03 to 10.0.1.2/32 on veth-web
#   IPv4 forwarding on node03
#   port 8080/tcp of node03, which leads to 10.0.1.2:80
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft), conntrack (optional: old flows follow what is published); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/node03-client-web, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=node03-client-web group=785385772
readonly tools=(ip iptables)
readonly addresses=(100.100.198.250/24)
readonly root=/run/netloom owner=$$

plan() {
  # ns('web')
  # a namespace: interfaces, routes and rules of its own
  step netns web \
    :: ip netns add web \
    :: ip netns del web
  # its loopback up, marked as of this lab
  step loopback web \
    :: ip -n web link set dev lo group 785385772 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-web web eth0 02:b7:7b:97:3f:99 02:5e:32:42:9c:50 1500 \
    :: ip link add dev veth-web address 02:b7:7b:97:3f:99 group 785385772 type veth peer name eth0 address 02:5e:32:42:9c:50 netns web \
    :: ip link del dev veth-web
  # the end on the host up
  step up - veth-web \
    :: ip link set dev veth-web up
  # the end inside up
  step up web eth0 \
    :: ip -n web link set dev eth0 up

  # ip('10.0.1.2/24')
  # the address, on the end inside
  step address web eth0 10.0.1.2/24 \
    :: ip -n web addr add 10.0.1.2/24 dev eth0

  # routeBothWays()
  # the way out: where all else goes
  step route web 4 default 100.100.198.250 eth0 \
    :: ip -n web route add default via 100.100.198.250 dev eth0 proto 78 onlink
  # the way to 10.0.1.2
  step route - 4 10.0.1.2/32 - veth-web \
    :: ip route add 10.0.1.2/32 dev veth-web proto 78 \
    :: ip route del 10.0.1.2/32 dev veth-web proto 78

  # publish('8080:80/tcp')
  # the host forwards IPv4; what stood there is kept for down
  step forwarding 4 \
    :: sysctl -w net.ipv4.ip_forward=1
  # who asks the host at this port is led to the namespace
  step publish iptables nat PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -m comment --comment netloom:node03-client-web -j DNAT --to-destination 10.0.1.2:80 \
    :: iptables -w 5 -t nat -A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -m comment --comment netloom:node03-client-web -j DNAT --to-destination 10.0.1.2:80 \
    :: iptables -w 5 -t nat -D PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -m comment --comment netloom:node03-client-web -j DNAT --to-destination 10.0.1.2:80
  # the host itself too, at its own addresses
  step publish iptables nat OUTPUT '!' -d 127.0.0.0/8 -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -m comment --comment netloom:node03-client-web -j DNAT --to-destination 10.0.1.2:80 \
    :: iptables -w 5 -t nat -A OUTPUT '!' -d 127.0.0.0/8 -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -m comment --comment netloom:node03-client-web -j DNAT --to-destination 10.0.1.2:80 \
    :: iptables -w 5 -t nat -D OUTPUT '!' -d 127.0.0.0/8 -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -m comment --comment netloom:node03-client-web -j DNAT --to-destination 10.0.1.2:80
  # one of its own network that asks by the host is answered by the host
  step publish iptables nat POSTROUTING -s 10.0.1.0/24 -d 10.0.1.2/32 -o veth-web -m conntrack --ctstate DNAT -m comment --comment netloom:node03-client-web -j MASQUERADE \
    :: iptables -w 5 -t nat -A POSTROUTING -s 10.0.1.0/24 -d 10.0.1.2/32 -o veth-web -m conntrack --ctstate DNAT -m comment --comment netloom:node03-client-web -j MASQUERADE \
    :: iptables -w 5 -t nat -D POSTROUTING -s 10.0.1.0/24 -d 10.0.1.2/32 -o veth-web -m conntrack --ctstate DNAT -m comment --comment netloom:node03-client-web -j MASQUERADE
  # what was led to the namespace passes
  step publish iptables filter FORWARD -d 10.0.1.2/32 -o veth-web -m conntrack --ctstate DNAT -m comment --comment netloom:node03-client-web -j ACCEPT \
    :: iptables -w 5 -t filter -A FORWARD -d 10.0.1.2/32 -o veth-web -m conntrack --ctstate DNAT -m comment --comment netloom:node03-client-web -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -d 10.0.1.2/32 -o veth-web -m conntrack --ctstate DNAT -m comment --comment netloom:node03-client-web -j ACCEPT
  # its answers pass, and nothing that it begins
  step publish iptables filter FORWARD -s 10.0.1.2/32 -i veth-web -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:node03-client-web -j ACCEPT \
    :: iptables -w 5 -t filter -A FORWARD -s 10.0.1.2/32 -i veth-web -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:node03-client-web -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -s 10.0.1.2/32 -i veth-web -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment netloom:node03-client-web -j ACCEPT
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"node03-client-web","hosts":[{"name":"node03","addresses":["100.100.198.250/24"],"device":"enp2s0"}],"resources":[
{"kind":"namespace","host":"node03","name":"web","call":"ns('web')"},
{"kind":"veth","host":"node03","namespace":"web","hostEnd":"veth-web","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"node03","namespace":"web","device":"eth0","cidr":"10.0.1.2/24","call":"ip('10.0.1.2/24')"},
{"kind":"route","host":"node03","namespace":"web","to":"0.0.0.0/0","via":"100.100.198.250","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"route","host":"node03","to":"10.0.1.2/32","device":"veth-web","call":"routeBothWays()"},
{"kind":"forwarding","host":"node03","family":4,"call":"publish('8080:80/tcp')"},
{"kind":"publish","host":"node03","family":4,"protocol":"tcp","port":8080,"address":"10.0.1.2","to":80,"device":"veth-web","network":"10.0.1.0/24","opens":true,"call":"publish('8080:80/tcp')"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

