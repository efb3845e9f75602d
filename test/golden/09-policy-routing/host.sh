#!/usr/bin/env bash
# The lab host-fibre on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   bridge exchange of host
#   namespace host/fibre
#   setting net/ipv4/ip_forward of host/fibre
#   setting net/ipv6/conf/all/forwarding of host/fibre
#   veth pair veth-fibre <-> host/fibre eth0
#   port veth-fibre of bridge exchange on host
#   address 10.0.9.1/24 of host/fibre eth0
#   rule of host: forward IPv4 within exchange
#   namespace host/radio
#   setting net/ipv4/ip_forward of host/radio
#   setting net/ipv6/conf/all/forwarding of host/radio
#   veth pair veth-radio <-> host/radio eth0
#   port veth-radio of bridge exchange on host
#   address 10.0.9.2/24 of host/radio eth0
#   namespace host/server
#   veth pair veth-server <-> host/server eth0
#   port veth-server of bridge exchange on host
#   address 10.0.9.10/24 of host/server eth0
#   route of host/server to 10.0.1.0/24 by 10.0.9.1
#   route of host/server to 10.0.2.0/24 by 10.0.9.2
#   namespace host/gate
#   setting net/ipv4/ip_forward of host/gate
#   setting net/ipv6/conf/all/forwarding of host/gate
#   link host/gate eth0 <-> host/fibre eth1
#   address 10.0.81.1/30 of host/gate eth0
#   address 10.0.81.2/30 of host/fibre eth1
#   link host/gate eth1 <-> host/radio eth1
#   address 10.0.82.1/30 of host/gate eth1
#   address 10.0.82.2/30 of host/radio eth1
#   route of host/gate to default by 10.0.81.2
#   route of host/gate to default by 10.0.82.2 in table 100
#   routing rule of host/gate: IPv4 from 10.0.2.0/24 to table 100
#   route of host/fibre to 10.0.1.0/24 by 10.0.81.1
#   route of host/radio to 10.0.2.0/24 by 10.0.82.1
#   namespace host/staff
#   link host/staff eth0 <-> host/gate eth2
#   address 10.0.1.2/24 of host/staff eth0
#   address 10.0.1.1/24 of host/gate eth2
#   route of host/staff to default by 10.0.1.1
#   namespace host/guest
#   link host/guest eth0 <-> host/gate eth3
#   address 10.0.2.2/24 of host/guest eth0
#   address 10.0.2.1/24 of host/gate eth3
#   route of host/guest to default by 10.0.2.1
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-fibre, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-fibre group=545176239
readonly tools=(ip iptables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # bridge('exchange')
  # a switch: frames between its ports pass without routes
  step bridge exchange 0 02:c2:be:2d:83:0c \
    :: ip link add dev exchange address 02:c2:be:2d:83:0c group 545176239 type bridge \
    :: ip link del dev exchange
  # the switch up
  step up - exchange \
    :: ip link set dev exchange up

  # ns('fibre')
  # a namespace: interfaces, routes and rules of its own
  step netns fibre \
    :: ip netns add fibre \
    :: ip netns del fibre
  # its loopback up, marked as of this lab
  step loopback fibre \
    :: ip -n fibre link set dev lo group 545176239 up

  # router()
  # a setting of this namespace alone
  step setting fibre net/ipv4/ip_forward 1 \
    :: ip netns exec fibre sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting fibre net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec fibre sysctl -w net/ipv6/conf/all/forwarding=1

  # attach('exchange')
  # a veth pair, the inner end created in place
  step veth veth-fibre fibre eth0 02:2c:7e:3c:82:26 02:19:16:2a:a3:3c 1500 \
    :: ip link add dev veth-fibre address 02:2c:7e:3c:82:26 group 545176239 type veth peer name eth0 address 02:19:16:2a:a3:3c netns fibre \
    :: ip link del dev veth-fibre
  # the end on the host up
  step up - veth-fibre \
    :: ip link set dev veth-fibre up
  # the end inside up
  step up fibre eth0 \
    :: ip -n fibre link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-fibre exchange \
    :: ip link set dev veth-fibre master exchange

  # ip('10.0.9.1/24')
  # the address, on the end inside
  step address fibre eth0 10.0.9.1/24 \
    :: ip -n fibre addr add 10.0.9.1/24 dev eth0
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept iptables -i exchange -o exchange \
    :: iptables -w 5 -t filter -A FORWARD -i exchange -o exchange -m comment --comment netloom:host-fibre -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i exchange -o exchange -m comment --comment netloom:host-fibre -j ACCEPT

  # ns('radio')
  # a namespace: interfaces, routes and rules of its own
  step netns radio \
    :: ip netns add radio \
    :: ip netns del radio
  # its loopback up, marked as of this lab
  step loopback radio \
    :: ip -n radio link set dev lo group 545176239 up

  # router()
  # a setting of this namespace alone
  step setting radio net/ipv4/ip_forward 1 \
    :: ip netns exec radio sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting radio net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec radio sysctl -w net/ipv6/conf/all/forwarding=1

  # attach('exchange')
  # a veth pair, the inner end created in place
  step veth veth-radio radio eth0 02:83:2a:fc:b3:92 02:38:9e:53:a1:c4 1500 \
    :: ip link add dev veth-radio address 02:83:2a:fc:b3:92 group 545176239 type veth peer name eth0 address 02:38:9e:53:a1:c4 netns radio \
    :: ip link del dev veth-radio
  # the end on the host up
  step up - veth-radio \
    :: ip link set dev veth-radio up
  # the end inside up
  step up radio eth0 \
    :: ip -n radio link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-radio exchange \
    :: ip link set dev veth-radio master exchange

  # ip('10.0.9.2/24')
  # the address, on the end inside
  step address radio eth0 10.0.9.2/24 \
    :: ip -n radio addr add 10.0.9.2/24 dev eth0

  # ns('server')
  # a namespace: interfaces, routes and rules of its own
  step netns server \
    :: ip netns add server \
    :: ip netns del server
  # its loopback up, marked as of this lab
  step loopback server \
    :: ip -n server link set dev lo group 545176239 up

  # attach('exchange')
  # a veth pair, the inner end created in place
  step veth veth-server server eth0 02:a9:b4:6b:61:f4 02:22:8b:99:a6:a4 1500 \
    :: ip link add dev veth-server address 02:a9:b4:6b:61:f4 group 545176239 type veth peer name eth0 address 02:22:8b:99:a6:a4 netns server \
    :: ip link del dev veth-server
  # the end on the host up
  step up - veth-server \
    :: ip link set dev veth-server up
  # the end inside up
  step up server eth0 \
    :: ip -n server link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-server exchange \
    :: ip link set dev veth-server master exchange

  # ip('10.0.9.10/24')
  # the address, on the end inside
  step address server eth0 10.0.9.10/24 \
    :: ip -n server addr add 10.0.9.10/24 dev eth0

  # route('10.0.1.0/24', { via: '10.0.9.1' })
  # the way to 10.0.1.0/24
  step route server 4 10.0.1.0/24 10.0.9.1 - \
    :: ip -n server route add 10.0.1.0/24 via 10.0.9.1 proto 78

  # route('10.0.2.0/24', { via: '10.0.9.2' })
  # the way to 10.0.2.0/24
  step route server 4 10.0.2.0/24 10.0.9.2 - \
    :: ip -n server route add 10.0.2.0/24 via 10.0.9.2 proto 78

  # ns('gate')
  # a namespace: interfaces, routes and rules of its own
  step netns gate \
    :: ip netns add gate \
    :: ip netns del gate
  # its loopback up, marked as of this lab
  step loopback gate \
    :: ip -n gate link set dev lo group 545176239 up

  # router()
  # a setting of this namespace alone
  step setting gate net/ipv4/ip_forward 1 \
    :: ip netns exec gate sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting gate net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec gate sysctl -w net/ipv6/conf/all/forwarding=1

  # link('fibre', { ip: ['10.0.81.1/30', '10.0.81.2/30'] })
  # a veth pair between two namespaces, each end created in place
  step link gate eth0 fibre eth1 02:6e:93:07:66:74 02:9e:40:42:ce:94 1500 \
    :: ip link add dev eth0 address 02:6e:93:07:66:74 netns gate group 545176239 type veth peer name eth1 address 02:9e:40:42:ce:94 netns fibre
  # its end up
  step up gate eth0 \
    :: ip -n gate link set dev eth0 up
  # its end up
  step up fibre eth1 \
    :: ip -n fibre link set dev eth1 up
  # the address, on the end inside
  step address gate eth0 10.0.81.1/30 \
    :: ip -n gate addr add 10.0.81.1/30 dev eth0
  # the address, on the end inside
  step address fibre eth1 10.0.81.2/30 \
    :: ip -n fibre addr add 10.0.81.2/30 dev eth1

  # link('radio', { ip: ['10.0.82.1/30', '10.0.82.2/30'] })
  # a veth pair between two namespaces, each end created in place
  step link gate eth1 radio eth1 02:c5:c2:8c:3a:3c 02:6d:eb:1d:24:8c 1500 \
    :: ip link add dev eth1 address 02:c5:c2:8c:3a:3c netns gate group 545176239 type veth peer name eth1 address 02:6d:eb:1d:24:8c netns radio
  # its end up
  step up gate eth1 \
    :: ip -n gate link set dev eth1 up
  # its end up
  step up radio eth1 \
    :: ip -n radio link set dev eth1 up
  # the address, on the end inside
  step address gate eth1 10.0.82.1/30 \
    :: ip -n gate addr add 10.0.82.1/30 dev eth1
  # the address, on the end inside
  step address radio eth1 10.0.82.2/30 \
    :: ip -n radio addr add 10.0.82.2/30 dev eth1

  # route('default', { via: '10.0.81.2' })
  # the way out: where all else goes
  step route gate 4 default 10.0.81.2 - \
    :: ip -n gate route add default via 10.0.81.2 proto 78

  # route('default', { via: '10.0.82.2', table: 100 })
  # the way out: where all else goes
  step route gate 4 default 10.0.82.2 - 100 0 1 \
    :: ip -n gate route add default via 10.0.82.2 table 100 proto 78

  # rule({ from: '10.0.2.0/24', table: 100 })
  # these packets ask a table of their own
  step rule gate 4 1000 from 10.0.2.0/24 lookup 100 \
    :: ip -n gate rule add priority 1000 from 10.0.2.0/24 table 100

  # route('10.0.1.0/24', { via: '10.0.81.1' })
  # the way to 10.0.1.0/24
  step route fibre 4 10.0.1.0/24 10.0.81.1 - \
    :: ip -n fibre route add 10.0.1.0/24 via 10.0.81.1 proto 78

  # route('10.0.2.0/24', { via: '10.0.82.1' })
  # the way to 10.0.2.0/24
  step route radio 4 10.0.2.0/24 10.0.82.1 - \
    :: ip -n radio route add 10.0.2.0/24 via 10.0.82.1 proto 78

  # ns('staff')
  # a namespace: interfaces, routes and rules of its own
  step netns staff \
    :: ip netns add staff \
    :: ip netns del staff
  # its loopback up, marked as of this lab
  step loopback staff \
    :: ip -n staff link set dev lo group 545176239 up

  # link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
  # a veth pair between two namespaces, each end created in place
  step link staff eth0 gate eth2 02:3a:d5:bd:71:f0 02:f9:2a:ef:03:b3 1500 \
    :: ip link add dev eth0 address 02:3a:d5:bd:71:f0 netns staff group 545176239 type veth peer name eth2 address 02:f9:2a:ef:03:b3 netns gate
  # its end up
  step up staff eth0 \
    :: ip -n staff link set dev eth0 up
  # its end up
  step up gate eth2 \
    :: ip -n gate link set dev eth2 up
  # the address, on the end inside
  step address staff eth0 10.0.1.2/24 \
    :: ip -n staff addr add 10.0.1.2/24 dev eth0
  # the address, on the end inside
  step address gate eth2 10.0.1.1/24 \
    :: ip -n gate addr add 10.0.1.1/24 dev eth2

  # route('default', { via: '10.0.1.1' })
  # the way out: where all else goes
  step route staff 4 default 10.0.1.1 - \
    :: ip -n staff route add default via 10.0.1.1 proto 78

  # ns('guest')
  # a namespace: interfaces, routes and rules of its own
  step netns guest \
    :: ip netns add guest \
    :: ip netns del guest
  # its loopback up, marked as of this lab
  step loopback guest \
    :: ip -n guest link set dev lo group 545176239 up

  # link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })
  # a veth pair between two namespaces, each end created in place
  step link guest eth0 gate eth3 02:b0:0a:49:de:45 02:f0:e0:cb:fe:03 1500 \
    :: ip link add dev eth0 address 02:b0:0a:49:de:45 netns guest group 545176239 type veth peer name eth3 address 02:f0:e0:cb:fe:03 netns gate
  # its end up
  step up guest eth0 \
    :: ip -n guest link set dev eth0 up
  # its end up
  step up gate eth3 \
    :: ip -n gate link set dev eth3 up
  # the address, on the end inside
  step address guest eth0 10.0.2.2/24 \
    :: ip -n guest addr add 10.0.2.2/24 dev eth0
  # the address, on the end inside
  step address gate eth3 10.0.2.1/24 \
    :: ip -n gate addr add 10.0.2.1/24 dev eth3

  # route('default', { via: '10.0.2.1' })
  # the way out: where all else goes
  step route guest 4 default 10.0.2.1 - \
    :: ip -n guest route add default via 10.0.2.1 proto 78
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-fibre","hosts":[{"name":"host"}],"resources":[
{"kind":"bridge","host":"host","name":"exchange","call":"bridge('exchange')"},
{"kind":"namespace","host":"host","name":"fibre","call":"ns('fibre')"},
{"kind":"setting","host":"host","namespace":"fibre","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"fibre","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"veth","host":"host","namespace":"fibre","hostEnd":"veth-fibre","nsEnd":"eth0","call":"attach('exchange')"},
{"kind":"port","host":"host","device":"veth-fibre","bridge":"exchange","call":"attach('exchange')"},
{"kind":"address","host":"host","namespace":"fibre","device":"eth0","cidr":"10.0.9.1/24","call":"ip('10.0.9.1/24')"},
{"kind":"accept","host":"host","family":4,"direction":"within","device":"exchange","call":"ip('10.0.9.1/24')"},
{"kind":"namespace","host":"host","name":"radio","call":"ns('radio')"},
{"kind":"setting","host":"host","namespace":"radio","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"radio","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"veth","host":"host","namespace":"radio","hostEnd":"veth-radio","nsEnd":"eth0","call":"attach('exchange')"},
{"kind":"port","host":"host","device":"veth-radio","bridge":"exchange","call":"attach('exchange')"},
{"kind":"address","host":"host","namespace":"radio","device":"eth0","cidr":"10.0.9.2/24","call":"ip('10.0.9.2/24')"},
{"kind":"namespace","host":"host","name":"server","call":"ns('server')"},
{"kind":"veth","host":"host","namespace":"server","hostEnd":"veth-server","nsEnd":"eth0","call":"attach('exchange')"},
{"kind":"port","host":"host","device":"veth-server","bridge":"exchange","call":"attach('exchange')"},
{"kind":"address","host":"host","namespace":"server","device":"eth0","cidr":"10.0.9.10/24","call":"ip('10.0.9.10/24')"},
{"kind":"route","host":"host","namespace":"server","to":"10.0.1.0/24","via":"10.0.9.1","call":"route('10.0.1.0/24', { via: '10.0.9.1' })"},
{"kind":"route","host":"host","namespace":"server","to":"10.0.2.0/24","via":"10.0.9.2","call":"route('10.0.2.0/24', { via: '10.0.9.2' })"},
{"kind":"namespace","host":"host","name":"gate","call":"ns('gate')"},
{"kind":"setting","host":"host","namespace":"gate","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"gate","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"link","host":"host","namespace":"gate","device":"eth0","peer":"fibre","peerDevice":"eth1","call":"link('fibre', { ip: ['10.0.81.1/30', '10.0.81.2/30'] })"},
{"kind":"address","host":"host","namespace":"gate","device":"eth0","cidr":"10.0.81.1/30","call":"link('fibre', { ip: ['10.0.81.1/30', '10.0.81.2/30'] })"},
{"kind":"address","host":"host","namespace":"fibre","device":"eth1","cidr":"10.0.81.2/30","call":"link('fibre', { ip: ['10.0.81.1/30', '10.0.81.2/30'] })"},
{"kind":"link","host":"host","namespace":"gate","device":"eth1","peer":"radio","peerDevice":"eth1","call":"link('radio', { ip: ['10.0.82.1/30', '10.0.82.2/30'] })"},
{"kind":"address","host":"host","namespace":"gate","device":"eth1","cidr":"10.0.82.1/30","call":"link('radio', { ip: ['10.0.82.1/30', '10.0.82.2/30'] })"},
{"kind":"address","host":"host","namespace":"radio","device":"eth1","cidr":"10.0.82.2/30","call":"link('radio', { ip: ['10.0.82.1/30', '10.0.82.2/30'] })"},
{"kind":"route","host":"host","namespace":"gate","to":"0.0.0.0/0","via":"10.0.81.2","call":"route('default', { via: '10.0.81.2' })"},
{"kind":"route","host":"host","namespace":"gate","to":"0.0.0.0/0","via":"10.0.82.2","table":100,"call":"route('default', { via: '10.0.82.2', table: 100 })"},
{"kind":"rule","host":"host","namespace":"gate","family":4,"priority":1000,"from":"10.0.2.0/24","table":100,"call":"rule({ from: '10.0.2.0/24', table: 100 })"},
{"kind":"route","host":"host","namespace":"fibre","to":"10.0.1.0/24","via":"10.0.81.1","call":"route('10.0.1.0/24', { via: '10.0.81.1' })"},
{"kind":"route","host":"host","namespace":"radio","to":"10.0.2.0/24","via":"10.0.82.1","call":"route('10.0.2.0/24', { via: '10.0.82.1' })"},
{"kind":"namespace","host":"host","name":"staff","call":"ns('staff')"},
{"kind":"link","host":"host","namespace":"staff","device":"eth0","peer":"gate","peerDevice":"eth2","call":"link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"address","host":"host","namespace":"staff","device":"eth0","cidr":"10.0.1.2/24","call":"link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"address","host":"host","namespace":"gate","device":"eth2","cidr":"10.0.1.1/24","call":"link('gate', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"route","host":"host","namespace":"staff","to":"0.0.0.0/0","via":"10.0.1.1","call":"route('default', { via: '10.0.1.1' })"},
{"kind":"namespace","host":"host","name":"guest","call":"ns('guest')"},
{"kind":"link","host":"host","namespace":"guest","device":"eth0","peer":"gate","peerDevice":"eth3","call":"link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"address","host":"host","namespace":"guest","device":"eth0","cidr":"10.0.2.2/24","call":"link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"address","host":"host","namespace":"gate","device":"eth3","cidr":"10.0.2.1/24","call":"link('gate', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"route","host":"host","namespace":"guest","to":"0.0.0.0/0","via":"10.0.2.1","call":"route('default', { via: '10.0.2.1' })"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

