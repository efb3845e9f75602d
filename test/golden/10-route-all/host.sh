#!/usr/bin/env bash
# The lab host-north on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/north
#   setting net/ipv4/ip_forward of host/north
#   setting net/ipv6/conf/all/forwarding of host/north
#   namespace host/south
#   setting net/ipv4/ip_forward of host/south
#   setting net/ipv6/conf/all/forwarding of host/south
#   link host/south eth0 <-> host/north eth0
#   address 10.0.0.2/30 of host/south eth0
#   address fd00:9::2/64 of host/south eth0
#   address fe80::69af:5a92:177c:70d1/64 of host/south eth0
#   address 10.0.0.1/30 of host/north eth0
#   address fd00:9::1/64 of host/north eth0
#   address fe80::155d:25c4:1b6c:6b9b/64 of host/north eth0
#   namespace host/alice
#   link host/alice eth0 <-> host/north eth1
#   address 10.0.1.2/24 of host/alice eth0
#   address fd00:1::2/64 of host/alice eth0
#   address 10.0.1.1/24 of host/north eth1
#   address fd00:1::1/64 of host/north eth1
#   address fe80::72b3:6e5a:68c1:6d8c/64 of host/north eth1
#   namespace host/bob
#   link host/bob eth0 <-> host/south eth1
#   address 10.0.2.2/24 of host/bob eth0
#   address fd00:2::2/64 of host/bob eth0
#   address 10.0.2.1/24 of host/south eth1
#   address fd00:2::1/64 of host/south eth1
#   address fe80::50ad:2bbc:6cc7:281c/64 of host/south eth1
#   namespace host/printer
#   link host/printer eth0 <-> host/alice eth1
#   address 10.0.3.2/30 of host/printer eth0
#   address 10.0.3.1/30 of host/alice eth1
#   route of host/south to 10.0.1.0/24 by 10.0.0.1
#   route of host/north to 10.0.2.0/24 by 10.0.0.2
#   route of host/alice to default by 10.0.1.1
#   route of host/bob to default by 10.0.2.1
#   route of host/south to fd00:1::/64 by fd00:9::1
#   route of host/north to fd00:2::/64 by fd00:9::2
#   route of host/alice to default by fd00:1::1
#   route of host/bob to default by fd00:2::1
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-north, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-north group=811077575
readonly tools=(ip)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('north')
  # a namespace: interfaces, routes and rules of its own
  step netns north \
    :: ip netns add north \
    :: ip netns del north
  # its loopback up, marked as of this lab
  step loopback north \
    :: ip -n north link set dev lo group 811077575 up

  # router()
  # a setting of this namespace alone
  step setting north net/ipv4/ip_forward 1 \
    :: ip netns exec north sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting north net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec north sysctl -w net/ipv6/conf/all/forwarding=1

  # ns('south')
  # a namespace: interfaces, routes and rules of its own
  step netns south \
    :: ip netns add south \
    :: ip netns del south
  # its loopback up, marked as of this lab
  step loopback south \
    :: ip -n south link set dev lo group 811077575 up

  # router()
  # a setting of this namespace alone
  step setting south net/ipv4/ip_forward 1 \
    :: ip netns exec south sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting south net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec south sysctl -w net/ipv6/conf/all/forwarding=1

  # link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })
  # a veth pair between two namespaces, each end created in place
  step link south eth0 north eth0 02:8f:c9:8b:71:3e 02:e8:15:19:06:60 1500 \
    :: ip link add dev eth0 address 02:8f:c9:8b:71:3e netns south group 811077575 type veth peer name eth0 address 02:e8:15:19:06:60 netns north
  # its end up
  step up south eth0 \
    :: ip -n south link set dev eth0 up
  # its end up
  step up north eth0 \
    :: ip -n north link set dev eth0 up
  # the address, on the end inside
  step address south eth0 10.0.0.2/30 \
    :: ip -n south addr add 10.0.0.2/30 dev eth0
  # the address, on the end inside
  step address south eth0 fd00:9::2/64 \
    :: ip -n south addr add fd00:9::2/64 dev eth0 nodad
  # with it a router asks for its neighbours at once
  step address south eth0 fe80::69af:5a92:177c:70d1/64 \
    :: ip -n south addr add fe80::69af:5a92:177c:70d1/64 dev eth0 nodad
  # the address, on the end inside
  step address north eth0 10.0.0.1/30 \
    :: ip -n north addr add 10.0.0.1/30 dev eth0
  # the address, on the end inside
  step address north eth0 fd00:9::1/64 \
    :: ip -n north addr add fd00:9::1/64 dev eth0 nodad
  # with it a router asks for its neighbours at once
  step address north eth0 fe80::155d:25c4:1b6c:6b9b/64 \
    :: ip -n north addr add fe80::155d:25c4:1b6c:6b9b/64 dev eth0 nodad

  # ns('alice')
  # a namespace: interfaces, routes and rules of its own
  step netns alice \
    :: ip netns add alice \
    :: ip netns del alice
  # its loopback up, marked as of this lab
  step loopback alice \
    :: ip -n alice link set dev lo group 811077575 up

  # link('north', { ip: [['10.0.1.2/24', 'fd00:1::2/64'], ['10.0.1.1/24', 'fd00:1::1/64']] })
  # a veth pair between two namespaces, each end created in place
  step link alice eth0 north eth1 02:dc:a5:3e:30:6e 02:a3:eb:dd:f3:03 1500 \
    :: ip link add dev eth0 address 02:dc:a5:3e:30:6e netns alice group 811077575 type veth peer name eth1 address 02:a3:eb:dd:f3:03 netns north
  # its end up
  step up alice eth0 \
    :: ip -n alice link set dev eth0 up
  # its end up
  step up north eth1 \
    :: ip -n north link set dev eth1 up
  # the address, on the end inside
  step address alice eth0 10.0.1.2/24 \
    :: ip -n alice addr add 10.0.1.2/24 dev eth0
  # the address, on the end inside
  step address alice eth0 fd00:1::2/64 \
    :: ip -n alice addr add fd00:1::2/64 dev eth0 nodad
  # the address, on the end inside
  step address north eth1 10.0.1.1/24 \
    :: ip -n north addr add 10.0.1.1/24 dev eth1
  # the address, on the end inside
  step address north eth1 fd00:1::1/64 \
    :: ip -n north addr add fd00:1::1/64 dev eth1 nodad
  # with it a router asks for its neighbours at once
  step address north eth1 fe80::72b3:6e5a:68c1:6d8c/64 \
    :: ip -n north addr add fe80::72b3:6e5a:68c1:6d8c/64 dev eth1 nodad

  # ns('bob')
  # a namespace: interfaces, routes and rules of its own
  step netns bob \
    :: ip netns add bob \
    :: ip netns del bob
  # its loopback up, marked as of this lab
  step loopback bob \
    :: ip -n bob link set dev lo group 811077575 up

  # link('south', { ip: [['10.0.2.2/24', 'fd00:2::2/64'], ['10.0.2.1/24', 'fd00:2::1/64']] })
  # a veth pair between two namespaces, each end created in place
  step link bob eth0 south eth1 02:39:86:49:65:a9 02:48:6a:f3:44:8d 1500 \
    :: ip link add dev eth0 address 02:39:86:49:65:a9 netns bob group 811077575 type veth peer name eth1 address 02:48:6a:f3:44:8d netns south
  # its end up
  step up bob eth0 \
    :: ip -n bob link set dev eth0 up
  # its end up
  step up south eth1 \
    :: ip -n south link set dev eth1 up
  # the address, on the end inside
  step address bob eth0 10.0.2.2/24 \
    :: ip -n bob addr add 10.0.2.2/24 dev eth0
  # the address, on the end inside
  step address bob eth0 fd00:2::2/64 \
    :: ip -n bob addr add fd00:2::2/64 dev eth0 nodad
  # the address, on the end inside
  step address south eth1 10.0.2.1/24 \
    :: ip -n south addr add 10.0.2.1/24 dev eth1
  # the address, on the end inside
  step address south eth1 fd00:2::1/64 \
    :: ip -n south addr add fd00:2::1/64 dev eth1 nodad
  # with it a router asks for its neighbours at once
  step address south eth1 fe80::50ad:2bbc:6cc7:281c/64 \
    :: ip -n south addr add fe80::50ad:2bbc:6cc7:281c/64 dev eth1 nodad

  # ns('printer')
  # a namespace: interfaces, routes and rules of its own
  step netns printer \
    :: ip netns add printer \
    :: ip netns del printer
  # its loopback up, marked as of this lab
  step loopback printer \
    :: ip -n printer link set dev lo group 811077575 up

  # link('alice', { ip: ['10.0.3.2/30', '10.0.3.1/30'] })
  # a veth pair between two namespaces, each end created in place
  step link printer eth0 alice eth1 02:aa:2e:dd:31:c3 02:dc:5f:79:4e:1d 1500 \
    :: ip link add dev eth0 address 02:aa:2e:dd:31:c3 netns printer group 811077575 type veth peer name eth1 address 02:dc:5f:79:4e:1d netns alice
  # its end up
  step up printer eth0 \
    :: ip -n printer link set dev eth0 up
  # its end up
  step up alice eth1 \
    :: ip -n alice link set dev eth1 up
  # the address, on the end inside
  step address printer eth0 10.0.3.2/30 \
    :: ip -n printer addr add 10.0.3.2/30 dev eth0
  # the address, on the end inside
  step address alice eth1 10.0.3.1/30 \
    :: ip -n alice addr add 10.0.3.1/30 dev eth1

  # routeAll()
  # the way to 10.0.1.0/24
  step route south 4 10.0.1.0/24 10.0.0.1 eth0 \
    :: ip -n south route add 10.0.1.0/24 via 10.0.0.1 dev eth0 proto 78
  # the way to 10.0.2.0/24
  step route north 4 10.0.2.0/24 10.0.0.2 eth0 \
    :: ip -n north route add 10.0.2.0/24 via 10.0.0.2 dev eth0 proto 78
  # the way out: where all else goes
  step route alice 4 default 10.0.1.1 eth0 \
    :: ip -n alice route add default via 10.0.1.1 dev eth0 proto 78
  # the way out: where all else goes
  step route bob 4 default 10.0.2.1 eth0 \
    :: ip -n bob route add default via 10.0.2.1 dev eth0 proto 78
  # the way to fd00:1::/64
  step route south 6 fd00:1::/64 fd00:9::1 eth0 \
    :: ip -n south route add fd00:1::/64 via fd00:9::1 dev eth0 proto 78
  # the way to fd00:2::/64
  step route north 6 fd00:2::/64 fd00:9::2 eth0 \
    :: ip -n north route add fd00:2::/64 via fd00:9::2 dev eth0 proto 78
  # the way out: where all else goes
  step route alice 6 default fd00:1::1 eth0 \
    :: ip -n alice route add default via fd00:1::1 dev eth0 proto 78
  # the way out: where all else goes
  step route bob 6 default fd00:2::1 eth0 \
    :: ip -n bob route add default via fd00:2::1 dev eth0 proto 78
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-north","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"north","call":"ns('north')"},
{"kind":"setting","host":"host","namespace":"north","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"north","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"namespace","host":"host","name":"south","call":"ns('south')"},
{"kind":"setting","host":"host","namespace":"south","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"south","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"link","host":"host","namespace":"south","device":"eth0","peer":"north","peerDevice":"eth0","call":"link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })"},
{"kind":"address","host":"host","namespace":"south","device":"eth0","cidr":"10.0.0.2/30","call":"link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })"},
{"kind":"address","host":"host","namespace":"south","device":"eth0","cidr":"fd00:9::2/64","call":"link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })"},
{"kind":"address","host":"host","namespace":"south","device":"eth0","cidr":"fe80::69af:5a92:177c:70d1/64","call":"link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })"},
{"kind":"address","host":"host","namespace":"north","device":"eth0","cidr":"10.0.0.1/30","call":"link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })"},
{"kind":"address","host":"host","namespace":"north","device":"eth0","cidr":"fd00:9::1/64","call":"link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })"},
{"kind":"address","host":"host","namespace":"north","device":"eth0","cidr":"fe80::155d:25c4:1b6c:6b9b/64","call":"link('north', { ip: [['10.0.0.2/30', 'fd00:9::2/64'], ['10.0.0.1/30', 'fd00:9::1/64']] })"},
{"kind":"namespace","host":"host","name":"alice","call":"ns('alice')"},
{"kind":"link","host":"host","namespace":"alice","device":"eth0","peer":"north","peerDevice":"eth1","call":"link('north', { ip: [['10.0.1.2/24', 'fd00:1::2/64'], ['10.0.1.1/24', 'fd00:1::1/64']] })"},
{"kind":"address","host":"host","namespace":"alice","device":"eth0","cidr":"10.0.1.2/24","call":"link('north', { ip: [['10.0.1.2/24', 'fd00:1::2/64'], ['10.0.1.1/24', 'fd00:1::1/64']] })"},
{"kind":"address","host":"host","namespace":"alice","device":"eth0","cidr":"fd00:1::2/64","call":"link('north', { ip: [['10.0.1.2/24', 'fd00:1::2/64'], ['10.0.1.1/24', 'fd00:1::1/64']] })"},
{"kind":"address","host":"host","namespace":"north","device":"eth1","cidr":"10.0.1.1/24","call":"link('north', { ip: [['10.0.1.2/24', 'fd00:1::2/64'], ['10.0.1.1/24', 'fd00:1::1/64']] })"},
{"kind":"address","host":"host","namespace":"north","device":"eth1","cidr":"fd00:1::1/64","call":"link('north', { ip: [['10.0.1.2/24', 'fd00:1::2/64'], ['10.0.1.1/24', 'fd00:1::1/64']] })"},
{"kind":"address","host":"host","namespace":"north","device":"eth1","cidr":"fe80::72b3:6e5a:68c1:6d8c/64","call":"link('north', { ip: [['10.0.1.2/24', 'fd00:1::2/64'], ['10.0.1.1/24', 'fd00:1::1/64']] })"},
{"kind":"namespace","host":"host","name":"bob","call":"ns('bob')"},
{"kind":"link","host":"host","namespace":"bob","device":"eth0","peer":"south","peerDevice":"eth1","call":"link('south', { ip: [['10.0.2.2/24', 'fd00:2::2/64'], ['10.0.2.1/24', 'fd00:2::1/64']] })"},
{"kind":"address","host":"host","namespace":"bob","device":"eth0","cidr":"10.0.2.2/24","call":"link('south', { ip: [['10.0.2.2/24', 'fd00:2::2/64'], ['10.0.2.1/24', 'fd00:2::1/64']] })"},
{"kind":"address","host":"host","namespace":"bob","device":"eth0","cidr":"fd00:2::2/64","call":"link('south', { ip: [['10.0.2.2/24', 'fd00:2::2/64'], ['10.0.2.1/24', 'fd00:2::1/64']] })"},
{"kind":"address","host":"host","namespace":"south","device":"eth1","cidr":"10.0.2.1/24","call":"link('south', { ip: [['10.0.2.2/24', 'fd00:2::2/64'], ['10.0.2.1/24', 'fd00:2::1/64']] })"},
{"kind":"address","host":"host","namespace":"south","device":"eth1","cidr":"fd00:2::1/64","call":"link('south', { ip: [['10.0.2.2/24', 'fd00:2::2/64'], ['10.0.2.1/24', 'fd00:2::1/64']] })"},
{"kind":"address","host":"host","namespace":"south","device":"eth1","cidr":"fe80::50ad:2bbc:6cc7:281c/64","call":"link('south', { ip: [['10.0.2.2/24', 'fd00:2::2/64'], ['10.0.2.1/24', 'fd00:2::1/64']] })"},
{"kind":"namespace","host":"host","name":"printer","call":"ns('printer')"},
{"kind":"link","host":"host","namespace":"printer","device":"eth0","peer":"alice","peerDevice":"eth1","call":"link('alice', { ip: ['10.0.3.2/30', '10.0.3.1/30'] })"},
{"kind":"address","host":"host","namespace":"printer","device":"eth0","cidr":"10.0.3.2/30","call":"link('alice', { ip: ['10.0.3.2/30', '10.0.3.1/30'] })"},
{"kind":"address","host":"host","namespace":"alice","device":"eth1","cidr":"10.0.3.1/30","call":"link('alice', { ip: ['10.0.3.2/30', '10.0.3.1/30'] })"},
{"kind":"route","host":"host","namespace":"south","to":"10.0.1.0/24","via":"10.0.0.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"north","to":"10.0.2.0/24","via":"10.0.0.2","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"alice","to":"0.0.0.0/0","via":"10.0.1.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"bob","to":"0.0.0.0/0","via":"10.0.2.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"south","to":"fd00:1::/64","via":"fd00:9::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"north","to":"fd00:2::/64","via":"fd00:9::2","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"alice","to":"::/0","via":"fd00:1::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"bob","to":"::/0","via":"fd00:2::1","device":"eth0","call":"routeAll()"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

