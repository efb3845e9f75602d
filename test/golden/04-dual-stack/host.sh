#!/usr/bin/env bash
# The lab host-demo0 on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/demo0
#   veth pair veth-demo0 <-> host/demo0 eth0
#   address 10.0.0.2/24 of host/demo0 eth0
#   address fd00::2/64 of host/demo0 eth0
#   address 169.254.1.1/32 of host veth-demo0
#   route of host/demo0 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo0
#   route of host/demo0 to default by fe80::1
#   route of host to 10.0.0.2/32 on veth-demo0
#   route of host to fd00::2/128 on veth-demo0
#   IPv4 forwarding on host
#   rule of host: forward IPv4 to veth-demo0
#   rule of host: forward IPv4 from veth-demo0
#   IPv6 forwarding on host
#   rule of host: forward IPv6 to veth-demo0
#   rule of host: forward IPv6 from veth-demo0
#   namespace host/demo1
#   veth pair veth-demo1 <-> host/demo1 eth0
#   address 10.0.1.2/24 of host/demo1 eth0
#   address fd00:1::2/64 of host/demo1 eth0
#   address 169.254.1.1/32 of host veth-demo1
#   route of host/demo1 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo1
#   route of host/demo1 to default by fe80::1
#   route of host to 10.0.1.2/32 on veth-demo1
#   route of host to fd00:1::2/128 on veth-demo1
#   rule of host: forward IPv4 to veth-demo1
#   rule of host: forward IPv4 from veth-demo1
#   rule of host: forward IPv6 to veth-demo1
#   rule of host: forward IPv6 from veth-demo1
#   namespace host/demo2
#   veth pair veth-demo2 <-> host/demo2 eth0
#   address 10.0.2.2/24 of host/demo2 eth0
#   address fd00:2::2/64 of host/demo2 eth0
#   address 169.254.1.1/32 of host veth-demo2
#   route of host/demo2 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo2
#   route of host/demo2 to default by fe80::1
#   route of host to 10.0.2.2/32 on veth-demo2
#   route of host to fd00:2::2/128 on veth-demo2
#   rule of host: forward IPv4 to veth-demo2
#   rule of host: forward IPv4 from veth-demo2
#   rule of host: forward IPv6 to veth-demo2
#   rule of host: forward IPv6 from veth-demo2
#   namespace host/demo3
#   veth pair veth-demo3 <-> host/demo3 eth0
#   address 10.0.3.2/24 of host/demo3 eth0
#   address fd00:3::2/64 of host/demo3 eth0
#   address 169.254.1.1/32 of host veth-demo3
#   route of host/demo3 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo3
#   route of host/demo3 to default by fe80::1
#   route of host to 10.0.3.2/32 on veth-demo3
#   route of host to fd00:3::2/128 on veth-demo3
#   rule of host: forward IPv4 to veth-demo3
#   rule of host: forward IPv4 from veth-demo3
#   rule of host: forward IPv6 to veth-demo3
#   rule of host: forward IPv6 from veth-demo3
#   namespace host/demo4
#   veth pair veth-demo4 <-> host/demo4 eth0
#   address 10.0.4.2/24 of host/demo4 eth0
#   address fd00:4::2/64 of host/demo4 eth0
#   address 169.254.1.1/32 of host veth-demo4
#   route of host/demo4 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo4
#   route of host/demo4 to default by fe80::1
#   route of host to 10.0.4.2/32 on veth-demo4
#   route of host to fd00:4::2/128 on veth-demo4
#   rule of host: forward IPv4 to veth-demo4
#   rule of host: forward IPv4 from veth-demo4
#   rule of host: forward IPv6 to veth-demo4
#   rule of host: forward IPv6 from veth-demo4
#   namespace host/demo5
#   veth pair veth-demo5 <-> host/demo5 eth0
#   address 10.0.5.2/24 of host/demo5 eth0
#   address fd00:5::2/64 of host/demo5 eth0
#   address 169.254.1.1/32 of host veth-demo5
#   route of host/demo5 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo5
#   route of host/demo5 to default by fe80::1
#   route of host to 10.0.5.2/32 on veth-demo5
#   route of host to fd00:5::2/128 on veth-demo5
#   rule of host: forward IPv4 to veth-demo5
#   rule of host: forward IPv4 from veth-demo5
#   rule of host: forward IPv6 to veth-demo5
#   rule of host: forward IPv6 from veth-demo5
#   namespace host/demo6
#   veth pair veth-demo6 <-> host/demo6 eth0
#   address 10.0.6.2/24 of host/demo6 eth0
#   address fd00:6::2/64 of host/demo6 eth0
#   address 169.254.1.1/32 of host veth-demo6
#   route of host/demo6 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo6
#   route of host/demo6 to default by fe80::1
#   route of host to 10.0.6.2/32 on veth-demo6
#   route of host to fd00:6::2/128 on veth-demo6
#   rule of host: forward IPv4 to veth-demo6
#   rule of host: forward IPv4 from veth-demo6
#   rule of host: forward IPv6 to veth-demo6
#   rule of host: forward IPv6 from veth-demo6
#   namespace host/demo7
#   veth pair veth-demo7 <-> host/demo7 eth0
#   address 10.0.7.2/24 of host/demo7 eth0
#   address fd00:7::2/64 of host/demo7 eth0
#   address 169.254.1.1/32 of host veth-demo7
#   route of host/demo7 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo7
#   route of host/demo7 to default by fe80::1
#   route of host to 10.0.7.2/32 on veth-demo7
#   route of host to fd00:7::2/128 on veth-demo7
#   rule of host: forward IPv4 to veth-demo7
#   rule of host: forward IPv4 from veth-demo7
#   rule of host: forward IPv6 to veth-demo7
#   rule of host: forward IPv6 from veth-demo7
#   namespace host/demo8
#   veth pair veth-demo8 <-> host/demo8 eth0
#   address 10.0.8.2/24 of host/demo8 eth0
#   address fd00:8::2/64 of host/demo8 eth0
#   address 169.254.1.1/32 of host veth-demo8
#   route of host/demo8 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo8
#   route of host/demo8 to default by fe80::1
#   route of host to 10.0.8.2/32 on veth-demo8
#   route of host to fd00:8::2/128 on veth-demo8
#   rule of host: forward IPv4 to veth-demo8
#   rule of host: forward IPv4 from veth-demo8
#   rule of host: forward IPv6 to veth-demo8
#   rule of host: forward IPv6 from veth-demo8
#   namespace host/demo9
#   veth pair veth-demo9 <-> host/demo9 eth0
#   address 10.0.9.2/24 of host/demo9 eth0
#   address fd00:9::2/64 of host/demo9 eth0
#   address 169.254.1.1/32 of host veth-demo9
#   route of host/demo9 to default by 169.254.1.1
#   address fe80::1/64 of host veth-demo9
#   route of host/demo9 to default by fe80::1
#   route of host to 10.0.9.2/32 on veth-demo9
#   route of host to fd00:9::2/128 on veth-demo9
#   rule of host: forward IPv4 to veth-demo9
#   rule of host: forward IPv4 from veth-demo9
#   rule of host: forward IPv6 to veth-demo9
#   rule of host: forward IPv6 from veth-demo9
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft), ip6tables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-demo0, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-demo0 group=837099188
readonly tools=(ip iptables ip6tables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('demo0')
  # a namespace: interfaces, routes and rules of its own
  step netns demo0 \
    :: ip netns add demo0 \
    :: ip netns del demo0
  # its loopback up, marked as of this lab
  step loopback demo0 \
    :: ip -n demo0 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo0 demo0 eth0 02:3b:3b:40:bd:3a 02:43:8f:bb:8e:68 1500 \
    :: ip link add dev veth-demo0 address 02:3b:3b:40:bd:3a group 837099188 type veth peer name eth0 address 02:43:8f:bb:8e:68 netns demo0 \
    :: ip link del dev veth-demo0
  # the end on the host up
  step up - veth-demo0 \
    :: ip link set dev veth-demo0 up
  # the end inside up
  step up demo0 eth0 \
    :: ip -n demo0 link set dev eth0 up

  # ip('10.0.0.2/24', 'fd00::2/64')
  # the address, on the end inside
  step address demo0 eth0 10.0.0.2/24 \
    :: ip -n demo0 addr add 10.0.0.2/24 dev eth0
  # the address, on the end inside
  step address demo0 eth0 fd00::2/64 \
    :: ip -n demo0 addr add fd00::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo0 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo0
  # the way out: where all else goes
  step route demo0 4 default 169.254.1.1 eth0 \
    :: ip -n demo0 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo0 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo0 nodad
  # the way out: where all else goes
  step route demo0 6 default fe80::1 eth0 \
    :: ip -n demo0 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.0.2
  step route - 4 10.0.0.2/32 - veth-demo0 \
    :: ip route add 10.0.0.2/32 dev veth-demo0 proto 78 \
    :: ip route del 10.0.0.2/32 dev veth-demo0 proto 78
  # the way to fd00::2
  step route - 6 fd00::2/128 - veth-demo0 \
    :: ip route add fd00::2/128 dev veth-demo0 proto 78 \
    :: ip route del fd00::2/128 dev veth-demo0 proto 78

  # allowForward()
  # the host forwards IPv4; what stood there is kept for down
  step forwarding 4 \
    :: sysctl -w net.ipv4.ip_forward=1
  # what is for the namespace passes
  step accept iptables -o veth-demo0 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo0 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT
  # the host forwards IPv6; what stood there is kept for down
  step forwarding 6 \
    :: sysctl -w net.ipv6.conf.all.forwarding=1
  # what is for the namespace passes
  step accept ip6tables -o veth-demo0 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo0 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo0 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo1')
  # a namespace: interfaces, routes and rules of its own
  step netns demo1 \
    :: ip netns add demo1 \
    :: ip netns del demo1
  # its loopback up, marked as of this lab
  step loopback demo1 \
    :: ip -n demo1 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo1 demo1 eth0 02:c4:af:31:72:d1 02:94:37:af:1e:f3 1500 \
    :: ip link add dev veth-demo1 address 02:c4:af:31:72:d1 group 837099188 type veth peer name eth0 address 02:94:37:af:1e:f3 netns demo1 \
    :: ip link del dev veth-demo1
  # the end on the host up
  step up - veth-demo1 \
    :: ip link set dev veth-demo1 up
  # the end inside up
  step up demo1 eth0 \
    :: ip -n demo1 link set dev eth0 up

  # ip('10.0.1.2/24', 'fd00:1::2/64')
  # the address, on the end inside
  step address demo1 eth0 10.0.1.2/24 \
    :: ip -n demo1 addr add 10.0.1.2/24 dev eth0
  # the address, on the end inside
  step address demo1 eth0 fd00:1::2/64 \
    :: ip -n demo1 addr add fd00:1::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo1 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo1
  # the way out: where all else goes
  step route demo1 4 default 169.254.1.1 eth0 \
    :: ip -n demo1 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo1 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo1 nodad
  # the way out: where all else goes
  step route demo1 6 default fe80::1 eth0 \
    :: ip -n demo1 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.1.2
  step route - 4 10.0.1.2/32 - veth-demo1 \
    :: ip route add 10.0.1.2/32 dev veth-demo1 proto 78 \
    :: ip route del 10.0.1.2/32 dev veth-demo1 proto 78
  # the way to fd00:1::2
  step route - 6 fd00:1::2/128 - veth-demo1 \
    :: ip route add fd00:1::2/128 dev veth-demo1 proto 78 \
    :: ip route del fd00:1::2/128 dev veth-demo1 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo1 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo1 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo1 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo1 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo1 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo2')
  # a namespace: interfaces, routes and rules of its own
  step netns demo2 \
    :: ip netns add demo2 \
    :: ip netns del demo2
  # its loopback up, marked as of this lab
  step loopback demo2 \
    :: ip -n demo2 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo2 demo2 eth0 02:0a:fa:87:67:54 02:2e:ab:bd:5a:bb 1500 \
    :: ip link add dev veth-demo2 address 02:0a:fa:87:67:54 group 837099188 type veth peer name eth0 address 02:2e:ab:bd:5a:bb netns demo2 \
    :: ip link del dev veth-demo2
  # the end on the host up
  step up - veth-demo2 \
    :: ip link set dev veth-demo2 up
  # the end inside up
  step up demo2 eth0 \
    :: ip -n demo2 link set dev eth0 up

  # ip('10.0.2.2/24', 'fd00:2::2/64')
  # the address, on the end inside
  step address demo2 eth0 10.0.2.2/24 \
    :: ip -n demo2 addr add 10.0.2.2/24 dev eth0
  # the address, on the end inside
  step address demo2 eth0 fd00:2::2/64 \
    :: ip -n demo2 addr add fd00:2::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo2 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo2
  # the way out: where all else goes
  step route demo2 4 default 169.254.1.1 eth0 \
    :: ip -n demo2 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo2 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo2 nodad
  # the way out: where all else goes
  step route demo2 6 default fe80::1 eth0 \
    :: ip -n demo2 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.2.2
  step route - 4 10.0.2.2/32 - veth-demo2 \
    :: ip route add 10.0.2.2/32 dev veth-demo2 proto 78 \
    :: ip route del 10.0.2.2/32 dev veth-demo2 proto 78
  # the way to fd00:2::2
  step route - 6 fd00:2::2/128 - veth-demo2 \
    :: ip route add fd00:2::2/128 dev veth-demo2 proto 78 \
    :: ip route del fd00:2::2/128 dev veth-demo2 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo2 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo2 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo2 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo2 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo2 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo3')
  # a namespace: interfaces, routes and rules of its own
  step netns demo3 \
    :: ip netns add demo3 \
    :: ip netns del demo3
  # its loopback up, marked as of this lab
  step loopback demo3 \
    :: ip -n demo3 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo3 demo3 eth0 02:aa:f9:ad:ef:9b 02:3d:35:f4:30:40 1500 \
    :: ip link add dev veth-demo3 address 02:aa:f9:ad:ef:9b group 837099188 type veth peer name eth0 address 02:3d:35:f4:30:40 netns demo3 \
    :: ip link del dev veth-demo3
  # the end on the host up
  step up - veth-demo3 \
    :: ip link set dev veth-demo3 up
  # the end inside up
  step up demo3 eth0 \
    :: ip -n demo3 link set dev eth0 up

  # ip('10.0.3.2/24', 'fd00:3::2/64')
  # the address, on the end inside
  step address demo3 eth0 10.0.3.2/24 \
    :: ip -n demo3 addr add 10.0.3.2/24 dev eth0
  # the address, on the end inside
  step address demo3 eth0 fd00:3::2/64 \
    :: ip -n demo3 addr add fd00:3::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo3 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo3
  # the way out: where all else goes
  step route demo3 4 default 169.254.1.1 eth0 \
    :: ip -n demo3 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo3 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo3 nodad
  # the way out: where all else goes
  step route demo3 6 default fe80::1 eth0 \
    :: ip -n demo3 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.3.2
  step route - 4 10.0.3.2/32 - veth-demo3 \
    :: ip route add 10.0.3.2/32 dev veth-demo3 proto 78 \
    :: ip route del 10.0.3.2/32 dev veth-demo3 proto 78
  # the way to fd00:3::2
  step route - 6 fd00:3::2/128 - veth-demo3 \
    :: ip route add fd00:3::2/128 dev veth-demo3 proto 78 \
    :: ip route del fd00:3::2/128 dev veth-demo3 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo3 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo3 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo3 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo3 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo3 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo4')
  # a namespace: interfaces, routes and rules of its own
  step netns demo4 \
    :: ip netns add demo4 \
    :: ip netns del demo4
  # its loopback up, marked as of this lab
  step loopback demo4 \
    :: ip -n demo4 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo4 demo4 eth0 02:20:05:04:0f:35 02:c2:99:aa:8f:25 1500 \
    :: ip link add dev veth-demo4 address 02:20:05:04:0f:35 group 837099188 type veth peer name eth0 address 02:c2:99:aa:8f:25 netns demo4 \
    :: ip link del dev veth-demo4
  # the end on the host up
  step up - veth-demo4 \
    :: ip link set dev veth-demo4 up
  # the end inside up
  step up demo4 eth0 \
    :: ip -n demo4 link set dev eth0 up

  # ip('10.0.4.2/24', 'fd00:4::2/64')
  # the address, on the end inside
  step address demo4 eth0 10.0.4.2/24 \
    :: ip -n demo4 addr add 10.0.4.2/24 dev eth0
  # the address, on the end inside
  step address demo4 eth0 fd00:4::2/64 \
    :: ip -n demo4 addr add fd00:4::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo4 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo4
  # the way out: where all else goes
  step route demo4 4 default 169.254.1.1 eth0 \
    :: ip -n demo4 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo4 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo4 nodad
  # the way out: where all else goes
  step route demo4 6 default fe80::1 eth0 \
    :: ip -n demo4 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.4.2
  step route - 4 10.0.4.2/32 - veth-demo4 \
    :: ip route add 10.0.4.2/32 dev veth-demo4 proto 78 \
    :: ip route del 10.0.4.2/32 dev veth-demo4 proto 78
  # the way to fd00:4::2
  step route - 6 fd00:4::2/128 - veth-demo4 \
    :: ip route add fd00:4::2/128 dev veth-demo4 proto 78 \
    :: ip route del fd00:4::2/128 dev veth-demo4 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo4 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo4 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo4 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo4 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo4 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo5')
  # a namespace: interfaces, routes and rules of its own
  step netns demo5 \
    :: ip netns add demo5 \
    :: ip netns del demo5
  # its loopback up, marked as of this lab
  step loopback demo5 \
    :: ip -n demo5 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo5 demo5 eth0 02:ad:08:50:4f:3e 02:57:9a:24:6a:01 1500 \
    :: ip link add dev veth-demo5 address 02:ad:08:50:4f:3e group 837099188 type veth peer name eth0 address 02:57:9a:24:6a:01 netns demo5 \
    :: ip link del dev veth-demo5
  # the end on the host up
  step up - veth-demo5 \
    :: ip link set dev veth-demo5 up
  # the end inside up
  step up demo5 eth0 \
    :: ip -n demo5 link set dev eth0 up

  # ip('10.0.5.2/24', 'fd00:5::2/64')
  # the address, on the end inside
  step address demo5 eth0 10.0.5.2/24 \
    :: ip -n demo5 addr add 10.0.5.2/24 dev eth0
  # the address, on the end inside
  step address demo5 eth0 fd00:5::2/64 \
    :: ip -n demo5 addr add fd00:5::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo5 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo5
  # the way out: where all else goes
  step route demo5 4 default 169.254.1.1 eth0 \
    :: ip -n demo5 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo5 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo5 nodad
  # the way out: where all else goes
  step route demo5 6 default fe80::1 eth0 \
    :: ip -n demo5 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.5.2
  step route - 4 10.0.5.2/32 - veth-demo5 \
    :: ip route add 10.0.5.2/32 dev veth-demo5 proto 78 \
    :: ip route del 10.0.5.2/32 dev veth-demo5 proto 78
  # the way to fd00:5::2
  step route - 6 fd00:5::2/128 - veth-demo5 \
    :: ip route add fd00:5::2/128 dev veth-demo5 proto 78 \
    :: ip route del fd00:5::2/128 dev veth-demo5 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo5 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo5 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo5 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo5 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo5 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo6')
  # a namespace: interfaces, routes and rules of its own
  step netns demo6 \
    :: ip netns add demo6 \
    :: ip netns del demo6
  # its loopback up, marked as of this lab
  step loopback demo6 \
    :: ip -n demo6 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo6 demo6 eth0 02:0c:3a:c1:8f:eb 02:98:dd:34:fd:1c 1500 \
    :: ip link add dev veth-demo6 address 02:0c:3a:c1:8f:eb group 837099188 type veth peer name eth0 address 02:98:dd:34:fd:1c netns demo6 \
    :: ip link del dev veth-demo6
  # the end on the host up
  step up - veth-demo6 \
    :: ip link set dev veth-demo6 up
  # the end inside up
  step up demo6 eth0 \
    :: ip -n demo6 link set dev eth0 up

  # ip('10.0.6.2/24', 'fd00:6::2/64')
  # the address, on the end inside
  step address demo6 eth0 10.0.6.2/24 \
    :: ip -n demo6 addr add 10.0.6.2/24 dev eth0
  # the address, on the end inside
  step address demo6 eth0 fd00:6::2/64 \
    :: ip -n demo6 addr add fd00:6::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo6 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo6
  # the way out: where all else goes
  step route demo6 4 default 169.254.1.1 eth0 \
    :: ip -n demo6 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo6 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo6 nodad
  # the way out: where all else goes
  step route demo6 6 default fe80::1 eth0 \
    :: ip -n demo6 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.6.2
  step route - 4 10.0.6.2/32 - veth-demo6 \
    :: ip route add 10.0.6.2/32 dev veth-demo6 proto 78 \
    :: ip route del 10.0.6.2/32 dev veth-demo6 proto 78
  # the way to fd00:6::2
  step route - 6 fd00:6::2/128 - veth-demo6 \
    :: ip route add fd00:6::2/128 dev veth-demo6 proto 78 \
    :: ip route del fd00:6::2/128 dev veth-demo6 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo6 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo6 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo6 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo6 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo6 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo7')
  # a namespace: interfaces, routes and rules of its own
  step netns demo7 \
    :: ip netns add demo7 \
    :: ip netns del demo7
  # its loopback up, marked as of this lab
  step loopback demo7 \
    :: ip -n demo7 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo7 demo7 eth0 02:29:e2:8b:1f:16 02:33:88:03:59:a8 1500 \
    :: ip link add dev veth-demo7 address 02:29:e2:8b:1f:16 group 837099188 type veth peer name eth0 address 02:33:88:03:59:a8 netns demo7 \
    :: ip link del dev veth-demo7
  # the end on the host up
  step up - veth-demo7 \
    :: ip link set dev veth-demo7 up
  # the end inside up
  step up demo7 eth0 \
    :: ip -n demo7 link set dev eth0 up

  # ip('10.0.7.2/24', 'fd00:7::2/64')
  # the address, on the end inside
  step address demo7 eth0 10.0.7.2/24 \
    :: ip -n demo7 addr add 10.0.7.2/24 dev eth0
  # the address, on the end inside
  step address demo7 eth0 fd00:7::2/64 \
    :: ip -n demo7 addr add fd00:7::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo7 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo7
  # the way out: where all else goes
  step route demo7 4 default 169.254.1.1 eth0 \
    :: ip -n demo7 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo7 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo7 nodad
  # the way out: where all else goes
  step route demo7 6 default fe80::1 eth0 \
    :: ip -n demo7 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.7.2
  step route - 4 10.0.7.2/32 - veth-demo7 \
    :: ip route add 10.0.7.2/32 dev veth-demo7 proto 78 \
    :: ip route del 10.0.7.2/32 dev veth-demo7 proto 78
  # the way to fd00:7::2
  step route - 6 fd00:7::2/128 - veth-demo7 \
    :: ip route add fd00:7::2/128 dev veth-demo7 proto 78 \
    :: ip route del fd00:7::2/128 dev veth-demo7 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo7 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo7 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo7 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo7 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo7 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo8')
  # a namespace: interfaces, routes and rules of its own
  step netns demo8 \
    :: ip netns add demo8 \
    :: ip netns del demo8
  # its loopback up, marked as of this lab
  step loopback demo8 \
    :: ip -n demo8 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo8 demo8 eth0 02:77:10:2c:85:86 02:c1:cd:ce:29:3b 1500 \
    :: ip link add dev veth-demo8 address 02:77:10:2c:85:86 group 837099188 type veth peer name eth0 address 02:c1:cd:ce:29:3b netns demo8 \
    :: ip link del dev veth-demo8
  # the end on the host up
  step up - veth-demo8 \
    :: ip link set dev veth-demo8 up
  # the end inside up
  step up demo8 eth0 \
    :: ip -n demo8 link set dev eth0 up

  # ip('10.0.8.2/24', 'fd00:8::2/64')
  # the address, on the end inside
  step address demo8 eth0 10.0.8.2/24 \
    :: ip -n demo8 addr add 10.0.8.2/24 dev eth0
  # the address, on the end inside
  step address demo8 eth0 fd00:8::2/64 \
    :: ip -n demo8 addr add fd00:8::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo8 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo8
  # the way out: where all else goes
  step route demo8 4 default 169.254.1.1 eth0 \
    :: ip -n demo8 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo8 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo8 nodad
  # the way out: where all else goes
  step route demo8 6 default fe80::1 eth0 \
    :: ip -n demo8 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.8.2
  step route - 4 10.0.8.2/32 - veth-demo8 \
    :: ip route add 10.0.8.2/32 dev veth-demo8 proto 78 \
    :: ip route del 10.0.8.2/32 dev veth-demo8 proto 78
  # the way to fd00:8::2
  step route - 6 fd00:8::2/128 - veth-demo8 \
    :: ip route add fd00:8::2/128 dev veth-demo8 proto 78 \
    :: ip route del fd00:8::2/128 dev veth-demo8 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo8 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo8 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo8 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo8 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo8 -m comment --comment netloom:host-demo0 -j ACCEPT

  # ns('demo9')
  # a namespace: interfaces, routes and rules of its own
  step netns demo9 \
    :: ip netns add demo9 \
    :: ip netns del demo9
  # its loopback up, marked as of this lab
  step loopback demo9 \
    :: ip -n demo9 link set dev lo group 837099188 up

  # veth()
  # a veth pair, the inner end created in place
  step veth veth-demo9 demo9 eth0 02:a9:3a:33:31:8d 02:cf:6d:0c:3a:de 1500 \
    :: ip link add dev veth-demo9 address 02:a9:3a:33:31:8d group 837099188 type veth peer name eth0 address 02:cf:6d:0c:3a:de netns demo9 \
    :: ip link del dev veth-demo9
  # the end on the host up
  step up - veth-demo9 \
    :: ip link set dev veth-demo9 up
  # the end inside up
  step up demo9 eth0 \
    :: ip -n demo9 link set dev eth0 up

  # ip('10.0.9.2/24', 'fd00:9::2/64')
  # the address, on the end inside
  step address demo9 eth0 10.0.9.2/24 \
    :: ip -n demo9 addr add 10.0.9.2/24 dev eth0
  # the address, on the end inside
  step address demo9 eth0 fd00:9::2/64 \
    :: ip -n demo9 addr add fd00:9::2/64 dev eth0 nodad

  # routeBothWays()
  # the gateway of the namespace, on the host end
  step address - veth-demo9 169.254.1.1/32 \
    :: ip addr add 169.254.1.1/32 dev veth-demo9
  # the way out: where all else goes
  step route demo9 4 default 169.254.1.1 eth0 \
    :: ip -n demo9 route add default via 169.254.1.1 dev eth0 proto 78 onlink
  # the gateway of the namespace, on the host end
  step address - veth-demo9 fe80::1/64 \
    :: ip addr add fe80::1/64 dev veth-demo9 nodad
  # the way out: where all else goes
  step route demo9 6 default fe80::1 eth0 \
    :: ip -n demo9 route add default via fe80::1 dev eth0 proto 78
  # the way to 10.0.9.2
  step route - 4 10.0.9.2/32 - veth-demo9 \
    :: ip route add 10.0.9.2/32 dev veth-demo9 proto 78 \
    :: ip route del 10.0.9.2/32 dev veth-demo9 proto 78
  # the way to fd00:9::2
  step route - 6 fd00:9::2/128 - veth-demo9 \
    :: ip route add fd00:9::2/128 dev veth-demo9 proto 78 \
    :: ip route del fd00:9::2/128 dev veth-demo9 proto 78

  # allowForward()
  # what is for the namespace passes
  step accept iptables -o veth-demo9 \
    :: iptables -w 5 -t filter -A FORWARD -o veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -o veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept iptables -i veth-demo9 \
    :: iptables -w 5 -t filter -A FORWARD -i veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what is for the namespace passes
  step accept ip6tables -o veth-demo9 \
    :: ip6tables -w 5 -t filter -A FORWARD -o veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -o veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT
  # what comes from it passes
  step accept ip6tables -i veth-demo9 \
    :: ip6tables -w 5 -t filter -A FORWARD -i veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i veth-demo9 -m comment --comment netloom:host-demo0 -j ACCEPT
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-demo0","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"demo0","call":"ns('demo0')"},
{"kind":"veth","host":"host","namespace":"demo0","hostEnd":"veth-demo0","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo0","device":"eth0","cidr":"10.0.0.2/24","call":"ip('10.0.0.2/24', 'fd00::2/64')"},
{"kind":"address","host":"host","namespace":"demo0","device":"eth0","cidr":"fd00::2/64","call":"ip('10.0.0.2/24', 'fd00::2/64')"},
{"kind":"address","host":"host","device":"veth-demo0","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo0","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo0","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo0","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.0.2/32","device":"veth-demo0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00::2/128","device":"veth-demo0","call":"routeBothWays()"},
{"kind":"forwarding","host":"host","family":4,"call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo0","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo0","call":"allowForward()"},
{"kind":"forwarding","host":"host","family":6,"call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo0","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo0","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo1","call":"ns('demo1')"},
{"kind":"veth","host":"host","namespace":"demo1","hostEnd":"veth-demo1","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo1","device":"eth0","cidr":"10.0.1.2/24","call":"ip('10.0.1.2/24', 'fd00:1::2/64')"},
{"kind":"address","host":"host","namespace":"demo1","device":"eth0","cidr":"fd00:1::2/64","call":"ip('10.0.1.2/24', 'fd00:1::2/64')"},
{"kind":"address","host":"host","device":"veth-demo1","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo1","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo1","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo1","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.1.2/32","device":"veth-demo1","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:1::2/128","device":"veth-demo1","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo1","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo1","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo1","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo1","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo2","call":"ns('demo2')"},
{"kind":"veth","host":"host","namespace":"demo2","hostEnd":"veth-demo2","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo2","device":"eth0","cidr":"10.0.2.2/24","call":"ip('10.0.2.2/24', 'fd00:2::2/64')"},
{"kind":"address","host":"host","namespace":"demo2","device":"eth0","cidr":"fd00:2::2/64","call":"ip('10.0.2.2/24', 'fd00:2::2/64')"},
{"kind":"address","host":"host","device":"veth-demo2","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo2","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo2","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo2","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.2.2/32","device":"veth-demo2","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:2::2/128","device":"veth-demo2","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo2","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo2","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo2","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo2","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo3","call":"ns('demo3')"},
{"kind":"veth","host":"host","namespace":"demo3","hostEnd":"veth-demo3","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo3","device":"eth0","cidr":"10.0.3.2/24","call":"ip('10.0.3.2/24', 'fd00:3::2/64')"},
{"kind":"address","host":"host","namespace":"demo3","device":"eth0","cidr":"fd00:3::2/64","call":"ip('10.0.3.2/24', 'fd00:3::2/64')"},
{"kind":"address","host":"host","device":"veth-demo3","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo3","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo3","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo3","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.3.2/32","device":"veth-demo3","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:3::2/128","device":"veth-demo3","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo3","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo3","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo3","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo3","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo4","call":"ns('demo4')"},
{"kind":"veth","host":"host","namespace":"demo4","hostEnd":"veth-demo4","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo4","device":"eth0","cidr":"10.0.4.2/24","call":"ip('10.0.4.2/24', 'fd00:4::2/64')"},
{"kind":"address","host":"host","namespace":"demo4","device":"eth0","cidr":"fd00:4::2/64","call":"ip('10.0.4.2/24', 'fd00:4::2/64')"},
{"kind":"address","host":"host","device":"veth-demo4","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo4","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo4","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo4","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.4.2/32","device":"veth-demo4","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:4::2/128","device":"veth-demo4","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo4","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo4","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo4","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo4","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo5","call":"ns('demo5')"},
{"kind":"veth","host":"host","namespace":"demo5","hostEnd":"veth-demo5","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo5","device":"eth0","cidr":"10.0.5.2/24","call":"ip('10.0.5.2/24', 'fd00:5::2/64')"},
{"kind":"address","host":"host","namespace":"demo5","device":"eth0","cidr":"fd00:5::2/64","call":"ip('10.0.5.2/24', 'fd00:5::2/64')"},
{"kind":"address","host":"host","device":"veth-demo5","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo5","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo5","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo5","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.5.2/32","device":"veth-demo5","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:5::2/128","device":"veth-demo5","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo5","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo5","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo5","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo5","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo6","call":"ns('demo6')"},
{"kind":"veth","host":"host","namespace":"demo6","hostEnd":"veth-demo6","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo6","device":"eth0","cidr":"10.0.6.2/24","call":"ip('10.0.6.2/24', 'fd00:6::2/64')"},
{"kind":"address","host":"host","namespace":"demo6","device":"eth0","cidr":"fd00:6::2/64","call":"ip('10.0.6.2/24', 'fd00:6::2/64')"},
{"kind":"address","host":"host","device":"veth-demo6","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo6","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo6","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo6","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.6.2/32","device":"veth-demo6","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:6::2/128","device":"veth-demo6","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo6","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo6","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo6","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo6","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo7","call":"ns('demo7')"},
{"kind":"veth","host":"host","namespace":"demo7","hostEnd":"veth-demo7","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo7","device":"eth0","cidr":"10.0.7.2/24","call":"ip('10.0.7.2/24', 'fd00:7::2/64')"},
{"kind":"address","host":"host","namespace":"demo7","device":"eth0","cidr":"fd00:7::2/64","call":"ip('10.0.7.2/24', 'fd00:7::2/64')"},
{"kind":"address","host":"host","device":"veth-demo7","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo7","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo7","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo7","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.7.2/32","device":"veth-demo7","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:7::2/128","device":"veth-demo7","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo7","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo7","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo7","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo7","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo8","call":"ns('demo8')"},
{"kind":"veth","host":"host","namespace":"demo8","hostEnd":"veth-demo8","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo8","device":"eth0","cidr":"10.0.8.2/24","call":"ip('10.0.8.2/24', 'fd00:8::2/64')"},
{"kind":"address","host":"host","namespace":"demo8","device":"eth0","cidr":"fd00:8::2/64","call":"ip('10.0.8.2/24', 'fd00:8::2/64')"},
{"kind":"address","host":"host","device":"veth-demo8","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo8","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo8","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo8","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.8.2/32","device":"veth-demo8","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:8::2/128","device":"veth-demo8","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo8","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo8","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo8","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo8","call":"allowForward()"},
{"kind":"namespace","host":"host","name":"demo9","call":"ns('demo9')"},
{"kind":"veth","host":"host","namespace":"demo9","hostEnd":"veth-demo9","nsEnd":"eth0","call":"veth()"},
{"kind":"address","host":"host","namespace":"demo9","device":"eth0","cidr":"10.0.9.2/24","call":"ip('10.0.9.2/24', 'fd00:9::2/64')"},
{"kind":"address","host":"host","namespace":"demo9","device":"eth0","cidr":"fd00:9::2/64","call":"ip('10.0.9.2/24', 'fd00:9::2/64')"},
{"kind":"address","host":"host","device":"veth-demo9","cidr":"169.254.1.1/32","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo9","to":"0.0.0.0/0","via":"169.254.1.1","device":"eth0","onlink":true,"call":"routeBothWays()"},
{"kind":"address","host":"host","device":"veth-demo9","cidr":"fe80::1/64","call":"routeBothWays()"},
{"kind":"route","host":"host","namespace":"demo9","to":"::/0","via":"fe80::1","device":"eth0","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"10.0.9.2/32","device":"veth-demo9","call":"routeBothWays()"},
{"kind":"route","host":"host","to":"fd00:9::2/128","device":"veth-demo9","call":"routeBothWays()"},
{"kind":"accept","host":"host","family":4,"direction":"in","device":"veth-demo9","call":"allowForward()"},
{"kind":"accept","host":"host","family":4,"direction":"out","device":"veth-demo9","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"in","device":"veth-demo9","call":"allowForward()"},
{"kind":"accept","host":"host","family":6,"direction":"out","device":"veth-demo9","call":"allowForward()"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

