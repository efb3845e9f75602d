#!/usr/bin/env bash
# The lab host-west on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/west
#   setting net/ipv4/ip_forward of host/west
#   setting net/ipv6/conf/all/forwarding of host/west
#   namespace host/east
#   setting net/ipv4/ip_forward of host/east
#   setting net/ipv6/conf/all/forwarding of host/east
#   link host/east eth0 <-> host/west eth0
#   address 10.0.0.2/30 of host/east eth0
#   address 10.0.0.1/30 of host/west eth0
#   route of host/east to 10.0.1.0/24 by 10.0.0.1
#   route of host/west to 10.0.2.0/24 by 10.0.0.2
#   route of host/west to 10.9.1.0/24 unreachable
#   route of host/west to 10.9.2.0/24 prohibit
#   namespace host/paris
#   link host/paris eth0 <-> host/west eth1
#   address 10.0.1.2/24 of host/paris eth0
#   address 10.0.1.1/24 of host/west eth1
#   route of host/paris to default by 10.0.1.1
#   namespace host/berlin
#   link host/berlin eth0 <-> host/east eth1
#   address 10.0.2.2/24 of host/berlin eth0
#   address 10.0.2.1/24 of host/east eth1
#   route of host/berlin to default by 10.0.2.1
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-west, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-west group=792242847
readonly tools=(ip)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('west')
  # a namespace: interfaces, routes and rules of its own
  step netns west \
    :: ip netns add west \
    :: ip netns del west
  # its loopback up, marked as of this lab
  step loopback west \
    :: ip -n west link set dev lo group 792242847 up

  # router()
  # a setting of this namespace alone
  step setting west net/ipv4/ip_forward 1 \
    :: ip netns exec west sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting west net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec west sysctl -w net/ipv6/conf/all/forwarding=1

  # ns('east')
  # a namespace: interfaces, routes and rules of its own
  step netns east \
    :: ip netns add east \
    :: ip netns del east
  # its loopback up, marked as of this lab
  step loopback east \
    :: ip -n east link set dev lo group 792242847 up

  # router()
  # a setting of this namespace alone
  step setting east net/ipv4/ip_forward 1 \
    :: ip netns exec east sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting east net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec east sysctl -w net/ipv6/conf/all/forwarding=1

  # link('west', { ip: ['10.0.0.2/30', '10.0.0.1/30'] })
  # a veth pair between two namespaces, each end created in place
  step link east eth0 west eth0 02:b8:8a:71:4c:aa 02:00:41:ca:76:57 1500 \
    :: ip link add dev eth0 address 02:b8:8a:71:4c:aa netns east group 792242847 type veth peer name eth0 address 02:00:41:ca:76:57 netns west
  # its end up
  step up east eth0 \
    :: ip -n east link set dev eth0 up
  # its end up
  step up west eth0 \
    :: ip -n west link set dev eth0 up
  # the address, on the end inside
  step address east eth0 10.0.0.2/30 \
    :: ip -n east addr add 10.0.0.2/30 dev eth0
  # the address, on the end inside
  step address west eth0 10.0.0.1/30 \
    :: ip -n west addr add 10.0.0.1/30 dev eth0

  # route('10.0.1.0/24', { via: '10.0.0.1' })
  # the way to 10.0.1.0/24
  step route east 4 10.0.1.0/24 10.0.0.1 - \
    :: ip -n east route add 10.0.1.0/24 via 10.0.0.1 proto 78

  # route('10.0.2.0/24', { via: '10.0.0.2' })
  # the way to 10.0.2.0/24
  step route west 4 10.0.2.0/24 10.0.0.2 - \
    :: ip -n west route add 10.0.2.0/24 via 10.0.0.2 proto 78

  # route('10.9.1.0/24', { type: 'unreachable' })
  # these packets go nowhere
  step route west 4 10.9.1.0/24 - - 254 0 7 \
    :: ip -n west route add unreachable 10.9.1.0/24 proto 78

  # route('10.9.2.0/24', { type: 'prohibit' })
  # these packets go nowhere
  step route west 4 10.9.2.0/24 - - 254 0 8 \
    :: ip -n west route add prohibit 10.9.2.0/24 proto 78

  # ns('paris')
  # a namespace: interfaces, routes and rules of its own
  step netns paris \
    :: ip netns add paris \
    :: ip netns del paris
  # its loopback up, marked as of this lab
  step loopback paris \
    :: ip -n paris link set dev lo group 792242847 up

  # link('west', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
  # a veth pair between two namespaces, each end created in place
  step link paris eth0 west eth1 02:26:ee:16:3b:d9 02:90:09:ed:e9:b7 1500 \
    :: ip link add dev eth0 address 02:26:ee:16:3b:d9 netns paris group 792242847 type veth peer name eth1 address 02:90:09:ed:e9:b7 netns west
  # its end up
  step up paris eth0 \
    :: ip -n paris link set dev eth0 up
  # its end up
  step up west eth1 \
    :: ip -n west link set dev eth1 up
  # the address, on the end inside
  step address paris eth0 10.0.1.2/24 \
    :: ip -n paris addr add 10.0.1.2/24 dev eth0
  # the address, on the end inside
  step address west eth1 10.0.1.1/24 \
    :: ip -n west addr add 10.0.1.1/24 dev eth1

  # route('default', { via: '10.0.1.1' })
  # the way out: where all else goes
  step route paris 4 default 10.0.1.1 - \
    :: ip -n paris route add default via 10.0.1.1 proto 78

  # ns('berlin')
  # a namespace: interfaces, routes and rules of its own
  step netns berlin \
    :: ip netns add berlin \
    :: ip netns del berlin
  # its loopback up, marked as of this lab
  step loopback berlin \
    :: ip -n berlin link set dev lo group 792242847 up

  # link('east', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })
  # a veth pair between two namespaces, each end created in place
  step link berlin eth0 east eth1 02:b0:d3:f8:b2:fb 02:eb:93:4e:b9:c0 1500 \
    :: ip link add dev eth0 address 02:b0:d3:f8:b2:fb netns berlin group 792242847 type veth peer name eth1 address 02:eb:93:4e:b9:c0 netns east
  # its end up
  step up berlin eth0 \
    :: ip -n berlin link set dev eth0 up
  # its end up
  step up east eth1 \
    :: ip -n east link set dev eth1 up
  # the address, on the end inside
  step address berlin eth0 10.0.2.2/24 \
    :: ip -n berlin addr add 10.0.2.2/24 dev eth0
  # the address, on the end inside
  step address east eth1 10.0.2.1/24 \
    :: ip -n east addr add 10.0.2.1/24 dev eth1

  # route('default', { via: '10.0.2.1' })
  # the way out: where all else goes
  step route berlin 4 default 10.0.2.1 - \
    :: ip -n berlin route add default via 10.0.2.1 proto 78
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-west","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"west","call":"ns('west')"},
{"kind":"setting","host":"host","namespace":"west","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"west","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"namespace","host":"host","name":"east","call":"ns('east')"},
{"kind":"setting","host":"host","namespace":"east","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"east","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"link","host":"host","namespace":"east","device":"eth0","peer":"west","peerDevice":"eth0","call":"link('west', { ip: ['10.0.0.2/30', '10.0.0.1/30'] })"},
{"kind":"address","host":"host","namespace":"east","device":"eth0","cidr":"10.0.0.2/30","call":"link('west', { ip: ['10.0.0.2/30', '10.0.0.1/30'] })"},
{"kind":"address","host":"host","namespace":"west","device":"eth0","cidr":"10.0.0.1/30","call":"link('west', { ip: ['10.0.0.2/30', '10.0.0.1/30'] })"},
{"kind":"route","host":"host","namespace":"east","to":"10.0.1.0/24","via":"10.0.0.1","call":"route('10.0.1.0/24', { via: '10.0.0.1' })"},
{"kind":"route","host":"host","namespace":"west","to":"10.0.2.0/24","via":"10.0.0.2","call":"route('10.0.2.0/24', { via: '10.0.0.2' })"},
{"kind":"route","host":"host","namespace":"west","to":"10.9.1.0/24","type":"unreachable","call":"route('10.9.1.0/24', { type: 'unreachable' })"},
{"kind":"route","host":"host","namespace":"west","to":"10.9.2.0/24","type":"prohibit","call":"route('10.9.2.0/24', { type: 'prohibit' })"},
{"kind":"namespace","host":"host","name":"paris","call":"ns('paris')"},
{"kind":"link","host":"host","namespace":"paris","device":"eth0","peer":"west","peerDevice":"eth1","call":"link('west', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"address","host":"host","namespace":"paris","device":"eth0","cidr":"10.0.1.2/24","call":"link('west', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"address","host":"host","namespace":"west","device":"eth1","cidr":"10.0.1.1/24","call":"link('west', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })"},
{"kind":"route","host":"host","namespace":"paris","to":"0.0.0.0/0","via":"10.0.1.1","call":"route('default', { via: '10.0.1.1' })"},
{"kind":"namespace","host":"host","name":"berlin","call":"ns('berlin')"},
{"kind":"link","host":"host","namespace":"berlin","device":"eth0","peer":"east","peerDevice":"eth1","call":"link('east', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"address","host":"host","namespace":"berlin","device":"eth0","cidr":"10.0.2.2/24","call":"link('east', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"address","host":"host","namespace":"east","device":"eth1","cidr":"10.0.2.1/24","call":"link('east', { ip: ['10.0.2.2/24', '10.0.2.1/24'] })"},
{"kind":"route","host":"host","namespace":"berlin","to":"0.0.0.0/0","via":"10.0.2.1","call":"route('default', { via: '10.0.2.1' })"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

