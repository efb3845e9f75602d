#!/usr/bin/env bash
# The lab host-spine0 on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/spine0
#   setting net/ipv4/ip_forward of host/spine0
#   setting net/ipv6/conf/all/forwarding of host/spine0
#   namespace host/spine1
#   setting net/ipv4/ip_forward of host/spine1
#   setting net/ipv6/conf/all/forwarding of host/spine1
#   bridge leaf0 of host
#   namespace host/leaf0
#   setting net/ipv4/ip_forward of host/leaf0
#   setting net/ipv6/conf/all/forwarding of host/leaf0
#   veth pair veth-leaf0 <-> host/leaf0 eth0
#   port veth-leaf0 of bridge leaf0 on host
#   address 10.50.0.1/24 of host/leaf0 eth0
#   address fd00:50::1/64 of host/leaf0 eth0
#   address fe80::68fd:2510:55db:520b/64 of host/leaf0 eth0
#   rule of host: forward IPv4 within leaf0
#   rule of host: forward IPv6 within leaf0
#   link host/leaf0 eth1 <-> host/spine0 eth0
#   address 10.50.1.1/24 of host/leaf0 eth1
#   address fd00:50:0:1::1/64 of host/leaf0 eth1
#   address fe80::5831:3515:6dc7:23c2/64 of host/leaf0 eth1
#   address 10.50.1.2/24 of host/spine0 eth0
#   address fd00:50:0:1::2/64 of host/spine0 eth0
#   address fe80::1938:4665:3233:2a59/64 of host/spine0 eth0
#   link host/leaf0 eth2 <-> host/spine1 eth0
#   address 10.50.2.1/24 of host/leaf0 eth2
#   address fd00:50:0:2::1/64 of host/leaf0 eth2
#   address fe80::459e:3736:5ed6:49b1/64 of host/leaf0 eth2
#   address 10.50.2.2/24 of host/spine1 eth0
#   address fd00:50:0:2::2/64 of host/spine1 eth0
#   address fe80::186c:2708:62a0:3377/64 of host/spine1 eth0
#   namespace host/host0-0
#   veth pair veth-host0-0 <-> host/host0-0 eth0
#   port veth-host0-0 of bridge leaf0 on host
#   address 10.50.0.2/24 of host/host0-0 eth0
#   address fd00:50::2/64 of host/host0-0 eth0
#   namespace host/host0-1
#   veth pair veth-host0-1 <-> host/host0-1 eth0
#   port veth-host0-1 of bridge leaf0 on host
#   address 10.50.0.3/24 of host/host0-1 eth0
#   address fd00:50::3/64 of host/host0-1 eth0
#   bridge leaf1 of host
#   namespace host/leaf1
#   setting net/ipv4/ip_forward of host/leaf1
#   setting net/ipv6/conf/all/forwarding of host/leaf1
#   veth pair veth-leaf1 <-> host/leaf1 eth0
#   port veth-leaf1 of bridge leaf1 on host
#   address 10.50.3.1/24 of host/leaf1 eth0
#   address fd00:50:0:3::1/64 of host/leaf1 eth0
#   address fe80::1ce5:2ab3:2453:29d0/64 of host/leaf1 eth0
#   rule of host: forward IPv4 within leaf1
#   rule of host: forward IPv6 within leaf1
#   link host/leaf1 eth1 <-> host/spine0 eth1
#   address 10.50.4.1/24 of host/leaf1 eth1
#   address fd00:50:0:4::1/64 of host/leaf1 eth1
#   address fe80::5f1a:4a35:68df:408b/64 of host/leaf1 eth1
#   address 10.50.4.2/24 of host/spine0 eth1
#   address fd00:50:0:4::2/64 of host/spine0 eth1
#   address fe80::49c1:26fc:2575:52e3/64 of host/spine0 eth1
#   link host/leaf1 eth2 <-> host/spine1 eth1
#   address 10.50.5.1/24 of host/leaf1 eth2
#   address fd00:50:0:5::1/64 of host/leaf1 eth2
#   address fe80::2c00:20d4:2dcc:1d4c/64 of host/leaf1 eth2
#   address 10.50.5.2/24 of host/spine1 eth1
#   address fd00:50:0:5::2/64 of host/spine1 eth1
#   address fe80::1e92:2c84:253c:331f/64 of host/spine1 eth1
#   namespace host/host1-0
#   veth pair veth-host1-0 <-> host/host1-0 eth0
#   port veth-host1-0 of bridge leaf1 on host
#   address 10.50.3.2/24 of host/host1-0 eth0
#   address fd00:50:0:3::2/64 of host/host1-0 eth0
#   namespace host/host1-1
#   veth pair veth-host1-1 <-> host/host1-1 eth0
#   port veth-host1-1 of bridge leaf1 on host
#   address 10.50.3.3/24 of host/host1-1 eth0
#   address fd00:50:0:3::3/64 of host/host1-1 eth0
#   route of host/leaf0 to 10.50.4.0/24 by 10.50.1.2
#   route of host/leaf0 to 10.50.5.0/24 by 10.50.2.2
#   route of host/leaf0 to 10.50.3.0/24 by 10.50.1.2
#   route of host/spine0 to 10.50.0.0/24 by 10.50.1.1
#   route of host/spine0 to 10.50.2.0/24 by 10.50.1.1
#   route of host/spine0 to 10.50.5.0/24 by 10.50.4.1
#   route of host/spine0 to 10.50.3.0/24 by 10.50.4.1
#   route of host/spine1 to 10.50.0.0/24 by 10.50.2.1
#   route of host/spine1 to 10.50.1.0/24 by 10.50.2.1
#   route of host/spine1 to 10.50.4.0/24 by 10.50.5.1
#   route of host/spine1 to 10.50.3.0/24 by 10.50.5.1
#   route of host/host0-0 to default by 10.50.0.1
#   route of host/host0-1 to default by 10.50.0.1
#   route of host/leaf1 to 10.50.0.0/24 by 10.50.4.2
#   route of host/leaf1 to 10.50.1.0/24 by 10.50.4.2
#   route of host/leaf1 to 10.50.2.0/24 by 10.50.5.2
#   route of host/host1-0 to default by 10.50.3.1
#   route of host/host1-1 to default by 10.50.3.1
#   route of host/leaf0 to fd00:50:0:4::/64 by fd00:50:0:1::2
#   route of host/leaf0 to fd00:50:0:5::/64 by fd00:50:0:2::2
#   route of host/leaf0 to fd00:50:0:3::/64 by fd00:50:0:1::2
#   route of host/spine0 to fd00:50::/64 by fd00:50:0:1::1
#   route of host/spine0 to fd00:50:0:2::/64 by fd00:50:0:1::1
#   route of host/spine0 to fd00:50:0:5::/64 by fd00:50:0:4::1
#   route of host/spine0 to fd00:50:0:3::/64 by fd00:50:0:4::1
#   route of host/spine1 to fd00:50::/64 by fd00:50:0:2::1
#   route of host/spine1 to fd00:50:0:1::/64 by fd00:50:0:2::1
#   route of host/spine1 to fd00:50:0:4::/64 by fd00:50:0:5::1
#   route of host/spine1 to fd00:50:0:3::/64 by fd00:50:0:5::1
#   route of host/host0-0 to default by fd00:50::1
#   route of host/host0-1 to default by fd00:50::1
#   route of host/leaf1 to fd00:50::/64 by fd00:50:0:4::2
#   route of host/leaf1 to fd00:50:0:1::/64 by fd00:50:0:4::2
#   route of host/leaf1 to fd00:50:0:2::/64 by fd00:50:0:5::2
#   route of host/host1-0 to default by fd00:50:0:3::1
#   route of host/host1-1 to default by fd00:50:0:3::1
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer), iptables (or nft), ip6tables (or nft); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-spine0, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-spine0 group=849572588
readonly tools=(ip iptables ip6tables)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('spine0')
  # a namespace: interfaces, routes and rules of its own
  step netns spine0 \
    :: ip netns add spine0 \
    :: ip netns del spine0
  # its loopback up, marked as of this lab
  step loopback spine0 \
    :: ip -n spine0 link set dev lo group 849572588 up

  # router()
  # a setting of this namespace alone
  step setting spine0 net/ipv4/ip_forward 1 \
    :: ip netns exec spine0 sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting spine0 net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec spine0 sysctl -w net/ipv6/conf/all/forwarding=1

  # ns('spine1')
  # a namespace: interfaces, routes and rules of its own
  step netns spine1 \
    :: ip netns add spine1 \
    :: ip netns del spine1
  # its loopback up, marked as of this lab
  step loopback spine1 \
    :: ip -n spine1 link set dev lo group 849572588 up

  # router()
  # a setting of this namespace alone
  step setting spine1 net/ipv4/ip_forward 1 \
    :: ip netns exec spine1 sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting spine1 net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec spine1 sysctl -w net/ipv6/conf/all/forwarding=1

  # bridge('leaf0')
  # a switch: frames between its ports pass without routes
  step bridge leaf0 0 02:81:bb:c5:6c:fb \
    :: ip link add dev leaf0 address 02:81:bb:c5:6c:fb group 849572588 type bridge \
    :: ip link del dev leaf0
  # the switch up
  step up - leaf0 \
    :: ip link set dev leaf0 up

  # ns('leaf0')
  # a namespace: interfaces, routes and rules of its own
  step netns leaf0 \
    :: ip netns add leaf0 \
    :: ip netns del leaf0
  # its loopback up, marked as of this lab
  step loopback leaf0 \
    :: ip -n leaf0 link set dev lo group 849572588 up

  # router()
  # a setting of this namespace alone
  step setting leaf0 net/ipv4/ip_forward 1 \
    :: ip netns exec leaf0 sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting leaf0 net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec leaf0 sysctl -w net/ipv6/conf/all/forwarding=1

  # attach('leaf0')
  # a veth pair, the inner end created in place
  step veth veth-leaf0 leaf0 eth0 02:ee:d1:01:dc:b3 02:7a:23:b9:64:15 1500 \
    :: ip link add dev veth-leaf0 address 02:ee:d1:01:dc:b3 group 849572588 type veth peer name eth0 address 02:7a:23:b9:64:15 netns leaf0 \
    :: ip link del dev veth-leaf0
  # the end on the host up
  step up - veth-leaf0 \
    :: ip link set dev veth-leaf0 up
  # the end inside up
  step up leaf0 eth0 \
    :: ip -n leaf0 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-leaf0 leaf0 \
    :: ip link set dev veth-leaf0 master leaf0

  # ip('auto')
  # the address, on the end inside
  step address leaf0 eth0 10.50.0.1/24 \
    :: ip -n leaf0 addr add 10.50.0.1/24 dev eth0
  # the address, on the end inside
  step address leaf0 eth0 fd00:50::1/64 \
    :: ip -n leaf0 addr add fd00:50::1/64 dev eth0 nodad
  # with it a router asks for its neighbours at once
  step address leaf0 eth0 fe80::68fd:2510:55db:520b/64 \
    :: ip -n leaf0 addr add fe80::68fd:2510:55db:520b/64 dev eth0 nodad
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept iptables -i leaf0 -o leaf0 \
    :: iptables -w 5 -t filter -A FORWARD -i leaf0 -o leaf0 -m comment --comment netloom:host-spine0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i leaf0 -o leaf0 -m comment --comment netloom:host-spine0 -j ACCEPT
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept ip6tables -i leaf0 -o leaf0 \
    :: ip6tables -w 5 -t filter -A FORWARD -i leaf0 -o leaf0 -m comment --comment netloom:host-spine0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i leaf0 -o leaf0 -m comment --comment netloom:host-spine0 -j ACCEPT

  # link('spine0', { ip: 'auto' })
  # a veth pair between two namespaces, each end created in place
  step link leaf0 eth1 spine0 eth0 02:d8:00:2f:36:41 02:c5:e9:8b:ff:de 1500 \
    :: ip link add dev eth1 address 02:d8:00:2f:36:41 netns leaf0 group 849572588 type veth peer name eth0 address 02:c5:e9:8b:ff:de netns spine0
  # its end up
  step up leaf0 eth1 \
    :: ip -n leaf0 link set dev eth1 up
  # its end up
  step up spine0 eth0 \
    :: ip -n spine0 link set dev eth0 up
  # the address, on the end inside
  step address leaf0 eth1 10.50.1.1/24 \
    :: ip -n leaf0 addr add 10.50.1.1/24 dev eth1
  # the address, on the end inside
  step address leaf0 eth1 fd00:50:0:1::1/64 \
    :: ip -n leaf0 addr add fd00:50:0:1::1/64 dev eth1 nodad
  # with it a router asks for its neighbours at once
  step address leaf0 eth1 fe80::5831:3515:6dc7:23c2/64 \
    :: ip -n leaf0 addr add fe80::5831:3515:6dc7:23c2/64 dev eth1 nodad
  # the address, on the end inside
  step address spine0 eth0 10.50.1.2/24 \
    :: ip -n spine0 addr add 10.50.1.2/24 dev eth0
  # the address, on the end inside
  step address spine0 eth0 fd00:50:0:1::2/64 \
    :: ip -n spine0 addr add fd00:50:0:1::2/64 dev eth0 nodad
  # with it a router asks for its neighbours at once
  step address spine0 eth0 fe80::1938:4665:3233:2a59/64 \
    :: ip -n spine0 addr add fe80::1938:4665:3233:2a59/64 dev eth0 nodad

  # link('spine1', { ip: 'auto' })
  # a veth pair between two namespaces, each end created in place
  step link leaf0 eth2 spine1 eth0 02:31:af:f0:cd:e3 02:62:53:25:41:a5 1500 \
    :: ip link add dev eth2 address 02:31:af:f0:cd:e3 netns leaf0 group 849572588 type veth peer name eth0 address 02:62:53:25:41:a5 netns spine1
  # its end up
  step up leaf0 eth2 \
    :: ip -n leaf0 link set dev eth2 up
  # its end up
  step up spine1 eth0 \
    :: ip -n spine1 link set dev eth0 up
  # the address, on the end inside
  step address leaf0 eth2 10.50.2.1/24 \
    :: ip -n leaf0 addr add 10.50.2.1/24 dev eth2
  # the address, on the end inside
  step address leaf0 eth2 fd00:50:0:2::1/64 \
    :: ip -n leaf0 addr add fd00:50:0:2::1/64 dev eth2 nodad
  # with it a router asks for its neighbours at once
  step address leaf0 eth2 fe80::459e:3736:5ed6:49b1/64 \
    :: ip -n leaf0 addr add fe80::459e:3736:5ed6:49b1/64 dev eth2 nodad
  # the address, on the end inside
  step address spine1 eth0 10.50.2.2/24 \
    :: ip -n spine1 addr add 10.50.2.2/24 dev eth0
  # the address, on the end inside
  step address spine1 eth0 fd00:50:0:2::2/64 \
    :: ip -n spine1 addr add fd00:50:0:2::2/64 dev eth0 nodad
  # with it a router asks for its neighbours at once
  step address spine1 eth0 fe80::186c:2708:62a0:3377/64 \
    :: ip -n spine1 addr add fe80::186c:2708:62a0:3377/64 dev eth0 nodad

  # ns('host0-0')
  # a namespace: interfaces, routes and rules of its own
  step netns host0-0 \
    :: ip netns add host0-0 \
    :: ip netns del host0-0
  # its loopback up, marked as of this lab
  step loopback host0-0 \
    :: ip -n host0-0 link set dev lo group 849572588 up

  # attach('leaf0')
  # a veth pair, the inner end created in place
  step veth veth-host0-0 host0-0 eth0 02:b5:01:c6:40:7a 02:28:f5:00:31:2e 1500 \
    :: ip link add dev veth-host0-0 address 02:b5:01:c6:40:7a group 849572588 type veth peer name eth0 address 02:28:f5:00:31:2e netns host0-0 \
    :: ip link del dev veth-host0-0
  # the end on the host up
  step up - veth-host0-0 \
    :: ip link set dev veth-host0-0 up
  # the end inside up
  step up host0-0 eth0 \
    :: ip -n host0-0 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-host0-0 leaf0 \
    :: ip link set dev veth-host0-0 master leaf0

  # ip('auto')
  # the address, on the end inside
  step address host0-0 eth0 10.50.0.2/24 \
    :: ip -n host0-0 addr add 10.50.0.2/24 dev eth0
  # the address, on the end inside
  step address host0-0 eth0 fd00:50::2/64 \
    :: ip -n host0-0 addr add fd00:50::2/64 dev eth0 nodad

  # ns('host0-1')
  # a namespace: interfaces, routes and rules of its own
  step netns host0-1 \
    :: ip netns add host0-1 \
    :: ip netns del host0-1
  # its loopback up, marked as of this lab
  step loopback host0-1 \
    :: ip -n host0-1 link set dev lo group 849572588 up

  # attach('leaf0')
  # a veth pair, the inner end created in place
  step veth veth-host0-1 host0-1 eth0 02:ea:d4:68:24:5f 02:93:12:6a:17:cb 1500 \
    :: ip link add dev veth-host0-1 address 02:ea:d4:68:24:5f group 849572588 type veth peer name eth0 address 02:93:12:6a:17:cb netns host0-1 \
    :: ip link del dev veth-host0-1
  # the end on the host up
  step up - veth-host0-1 \
    :: ip link set dev veth-host0-1 up
  # the end inside up
  step up host0-1 eth0 \
    :: ip -n host0-1 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-host0-1 leaf0 \
    :: ip link set dev veth-host0-1 master leaf0

  # ip('auto')
  # the address, on the end inside
  step address host0-1 eth0 10.50.0.3/24 \
    :: ip -n host0-1 addr add 10.50.0.3/24 dev eth0
  # the address, on the end inside
  step address host0-1 eth0 fd00:50::3/64 \
    :: ip -n host0-1 addr add fd00:50::3/64 dev eth0 nodad

  # bridge('leaf1')
  # a switch: frames between its ports pass without routes
  step bridge leaf1 0 02:cb:ef:4d:9c:44 \
    :: ip link add dev leaf1 address 02:cb:ef:4d:9c:44 group 849572588 type bridge \
    :: ip link del dev leaf1
  # the switch up
  step up - leaf1 \
    :: ip link set dev leaf1 up

  # ns('leaf1')
  # a namespace: interfaces, routes and rules of its own
  step netns leaf1 \
    :: ip netns add leaf1 \
    :: ip netns del leaf1
  # its loopback up, marked as of this lab
  step loopback leaf1 \
    :: ip -n leaf1 link set dev lo group 849572588 up

  # router()
  # a setting of this namespace alone
  step setting leaf1 net/ipv4/ip_forward 1 \
    :: ip netns exec leaf1 sysctl -w net/ipv4/ip_forward=1
  # a setting of this namespace alone
  step setting leaf1 net/ipv6/conf/all/forwarding 1 \
    :: ip netns exec leaf1 sysctl -w net/ipv6/conf/all/forwarding=1

  # attach('leaf1')
  # a veth pair, the inner end created in place
  step veth veth-leaf1 leaf1 eth0 02:68:6a:ec:df:94 02:e7:31:a0:b0:a6 1500 \
    :: ip link add dev veth-leaf1 address 02:68:6a:ec:df:94 group 849572588 type veth peer name eth0 address 02:e7:31:a0:b0:a6 netns leaf1 \
    :: ip link del dev veth-leaf1
  # the end on the host up
  step up - veth-leaf1 \
    :: ip link set dev veth-leaf1 up
  # the end inside up
  step up leaf1 eth0 \
    :: ip -n leaf1 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-leaf1 leaf1 \
    :: ip link set dev veth-leaf1 master leaf1

  # ip('auto')
  # the address, on the end inside
  step address leaf1 eth0 10.50.3.1/24 \
    :: ip -n leaf1 addr add 10.50.3.1/24 dev eth0
  # the address, on the end inside
  step address leaf1 eth0 fd00:50:0:3::1/64 \
    :: ip -n leaf1 addr add fd00:50:0:3::1/64 dev eth0 nodad
  # with it a router asks for its neighbours at once
  step address leaf1 eth0 fe80::1ce5:2ab3:2453:29d0/64 \
    :: ip -n leaf1 addr add fe80::1ce5:2ab3:2453:29d0/64 dev eth0 nodad
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept iptables -i leaf1 -o leaf1 \
    :: iptables -w 5 -t filter -A FORWARD -i leaf1 -o leaf1 -m comment --comment netloom:host-spine0 -j ACCEPT \
    :: iptables -w 5 -t filter -D FORWARD -i leaf1 -o leaf1 -m comment --comment netloom:host-spine0 -j ACCEPT
  # what is switched passes: br_netfilter sends it through FORWARD
  step accept ip6tables -i leaf1 -o leaf1 \
    :: ip6tables -w 5 -t filter -A FORWARD -i leaf1 -o leaf1 -m comment --comment netloom:host-spine0 -j ACCEPT \
    :: ip6tables -w 5 -t filter -D FORWARD -i leaf1 -o leaf1 -m comment --comment netloom:host-spine0 -j ACCEPT

  # link('spine0', { ip: 'auto' })
  # a veth pair between two namespaces, each end created in place
  step link leaf1 eth1 spine0 eth1 02:17:05:13:7b:ad 02:21:1c:53:fb:2d 1500 \
    :: ip link add dev eth1 address 02:17:05:13:7b:ad netns leaf1 group 849572588 type veth peer name eth1 address 02:21:1c:53:fb:2d netns spine0
  # its end up
  step up leaf1 eth1 \
    :: ip -n leaf1 link set dev eth1 up
  # its end up
  step up spine0 eth1 \
    :: ip -n spine0 link set dev eth1 up
  # the address, on the end inside
  step address leaf1 eth1 10.50.4.1/24 \
    :: ip -n leaf1 addr add 10.50.4.1/24 dev eth1
  # the address, on the end inside
  step address leaf1 eth1 fd00:50:0:4::1/64 \
    :: ip -n leaf1 addr add fd00:50:0:4::1/64 dev eth1 nodad
  # with it a router asks for its neighbours at once
  step address leaf1 eth1 fe80::5f1a:4a35:68df:408b/64 \
    :: ip -n leaf1 addr add fe80::5f1a:4a35:68df:408b/64 dev eth1 nodad
  # the address, on the end inside
  step address spine0 eth1 10.50.4.2/24 \
    :: ip -n spine0 addr add 10.50.4.2/24 dev eth1
  # the address, on the end inside
  step address spine0 eth1 fd00:50:0:4::2/64 \
    :: ip -n spine0 addr add fd00:50:0:4::2/64 dev eth1 nodad
  # with it a router asks for its neighbours at once
  step address spine0 eth1 fe80::49c1:26fc:2575:52e3/64 \
    :: ip -n spine0 addr add fe80::49c1:26fc:2575:52e3/64 dev eth1 nodad

  # link('spine1', { ip: 'auto' })
  # a veth pair between two namespaces, each end created in place
  step link leaf1 eth2 spine1 eth1 02:84:66:58:75:f9 02:f6:27:23:3d:cc 1500 \
    :: ip link add dev eth2 address 02:84:66:58:75:f9 netns leaf1 group 849572588 type veth peer name eth1 address 02:f6:27:23:3d:cc netns spine1
  # its end up
  step up leaf1 eth2 \
    :: ip -n leaf1 link set dev eth2 up
  # its end up
  step up spine1 eth1 \
    :: ip -n spine1 link set dev eth1 up
  # the address, on the end inside
  step address leaf1 eth2 10.50.5.1/24 \
    :: ip -n leaf1 addr add 10.50.5.1/24 dev eth2
  # the address, on the end inside
  step address leaf1 eth2 fd00:50:0:5::1/64 \
    :: ip -n leaf1 addr add fd00:50:0:5::1/64 dev eth2 nodad
  # with it a router asks for its neighbours at once
  step address leaf1 eth2 fe80::2c00:20d4:2dcc:1d4c/64 \
    :: ip -n leaf1 addr add fe80::2c00:20d4:2dcc:1d4c/64 dev eth2 nodad
  # the address, on the end inside
  step address spine1 eth1 10.50.5.2/24 \
    :: ip -n spine1 addr add 10.50.5.2/24 dev eth1
  # the address, on the end inside
  step address spine1 eth1 fd00:50:0:5::2/64 \
    :: ip -n spine1 addr add fd00:50:0:5::2/64 dev eth1 nodad
  # with it a router asks for its neighbours at once
  step address spine1 eth1 fe80::1e92:2c84:253c:331f/64 \
    :: ip -n spine1 addr add fe80::1e92:2c84:253c:331f/64 dev eth1 nodad

  # ns('host1-0')
  # a namespace: interfaces, routes and rules of its own
  step netns host1-0 \
    :: ip netns add host1-0 \
    :: ip netns del host1-0
  # its loopback up, marked as of this lab
  step loopback host1-0 \
    :: ip -n host1-0 link set dev lo group 849572588 up

  # attach('leaf1')
  # a veth pair, the inner end created in place
  step veth veth-host1-0 host1-0 eth0 02:4b:9b:c8:6e:f4 02:a7:45:a7:d2:22 1500 \
    :: ip link add dev veth-host1-0 address 02:4b:9b:c8:6e:f4 group 849572588 type veth peer name eth0 address 02:a7:45:a7:d2:22 netns host1-0 \
    :: ip link del dev veth-host1-0
  # the end on the host up
  step up - veth-host1-0 \
    :: ip link set dev veth-host1-0 up
  # the end inside up
  step up host1-0 eth0 \
    :: ip -n host1-0 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-host1-0 leaf1 \
    :: ip link set dev veth-host1-0 master leaf1

  # ip('auto')
  # the address, on the end inside
  step address host1-0 eth0 10.50.3.2/24 \
    :: ip -n host1-0 addr add 10.50.3.2/24 dev eth0
  # the address, on the end inside
  step address host1-0 eth0 fd00:50:0:3::2/64 \
    :: ip -n host1-0 addr add fd00:50:0:3::2/64 dev eth0 nodad

  # ns('host1-1')
  # a namespace: interfaces, routes and rules of its own
  step netns host1-1 \
    :: ip netns add host1-1 \
    :: ip netns del host1-1
  # its loopback up, marked as of this lab
  step loopback host1-1 \
    :: ip -n host1-1 link set dev lo group 849572588 up

  # attach('leaf1')
  # a veth pair, the inner end created in place
  step veth veth-host1-1 host1-1 eth0 02:25:1c:49:0e:c3 02:65:52:fd:ba:b6 1500 \
    :: ip link add dev veth-host1-1 address 02:25:1c:49:0e:c3 group 849572588 type veth peer name eth0 address 02:65:52:fd:ba:b6 netns host1-1 \
    :: ip link del dev veth-host1-1
  # the end on the host up
  step up - veth-host1-1 \
    :: ip link set dev veth-host1-1 up
  # the end inside up
  step up host1-1 eth0 \
    :: ip -n host1-1 link set dev eth0 up
  # the end on the host is a port of the switch
  step port veth-host1-1 leaf1 \
    :: ip link set dev veth-host1-1 master leaf1

  # ip('auto')
  # the address, on the end inside
  step address host1-1 eth0 10.50.3.3/24 \
    :: ip -n host1-1 addr add 10.50.3.3/24 dev eth0
  # the address, on the end inside
  step address host1-1 eth0 fd00:50:0:3::3/64 \
    :: ip -n host1-1 addr add fd00:50:0:3::3/64 dev eth0 nodad

  # routeAll()
  # the way to 10.50.4.0/24
  step route leaf0 4 10.50.4.0/24 10.50.1.2 eth1 \
    :: ip -n leaf0 route add 10.50.4.0/24 via 10.50.1.2 dev eth1 proto 78
  # the way to 10.50.5.0/24
  step route leaf0 4 10.50.5.0/24 10.50.2.2 eth2 \
    :: ip -n leaf0 route add 10.50.5.0/24 via 10.50.2.2 dev eth2 proto 78
  # the way to 10.50.3.0/24
  step route leaf0 4 10.50.3.0/24 10.50.1.2 eth1 \
    :: ip -n leaf0 route add 10.50.3.0/24 via 10.50.1.2 dev eth1 proto 78
  # the way to 10.50.0.0/24
  step route spine0 4 10.50.0.0/24 10.50.1.1 eth0 \
    :: ip -n spine0 route add 10.50.0.0/24 via 10.50.1.1 dev eth0 proto 78
  # the way to 10.50.2.0/24
  step route spine0 4 10.50.2.0/24 10.50.1.1 eth0 \
    :: ip -n spine0 route add 10.50.2.0/24 via 10.50.1.1 dev eth0 proto 78
  # the way to 10.50.5.0/24
  step route spine0 4 10.50.5.0/24 10.50.4.1 eth1 \
    :: ip -n spine0 route add 10.50.5.0/24 via 10.50.4.1 dev eth1 proto 78
  # the way to 10.50.3.0/24
  step route spine0 4 10.50.3.0/24 10.50.4.1 eth1 \
    :: ip -n spine0 route add 10.50.3.0/24 via 10.50.4.1 dev eth1 proto 78
  # the way to 10.50.0.0/24
  step route spine1 4 10.50.0.0/24 10.50.2.1 eth0 \
    :: ip -n spine1 route add 10.50.0.0/24 via 10.50.2.1 dev eth0 proto 78
  # the way to 10.50.1.0/24
  step route spine1 4 10.50.1.0/24 10.50.2.1 eth0 \
    :: ip -n spine1 route add 10.50.1.0/24 via 10.50.2.1 dev eth0 proto 78
  # the way to 10.50.4.0/24
  step route spine1 4 10.50.4.0/24 10.50.5.1 eth1 \
    :: ip -n spine1 route add 10.50.4.0/24 via 10.50.5.1 dev eth1 proto 78
  # the way to 10.50.3.0/24
  step route spine1 4 10.50.3.0/24 10.50.5.1 eth1 \
    :: ip -n spine1 route add 10.50.3.0/24 via 10.50.5.1 dev eth1 proto 78
  # the way out: where all else goes
  step route host0-0 4 default 10.50.0.1 eth0 \
    :: ip -n host0-0 route add default via 10.50.0.1 dev eth0 proto 78
  # the way out: where all else goes
  step route host0-1 4 default 10.50.0.1 eth0 \
    :: ip -n host0-1 route add default via 10.50.0.1 dev eth0 proto 78
  # the way to 10.50.0.0/24
  step route leaf1 4 10.50.0.0/24 10.50.4.2 eth1 \
    :: ip -n leaf1 route add 10.50.0.0/24 via 10.50.4.2 dev eth1 proto 78
  # the way to 10.50.1.0/24
  step route leaf1 4 10.50.1.0/24 10.50.4.2 eth1 \
    :: ip -n leaf1 route add 10.50.1.0/24 via 10.50.4.2 dev eth1 proto 78
  # the way to 10.50.2.0/24
  step route leaf1 4 10.50.2.0/24 10.50.5.2 eth2 \
    :: ip -n leaf1 route add 10.50.2.0/24 via 10.50.5.2 dev eth2 proto 78
  # the way out: where all else goes
  step route host1-0 4 default 10.50.3.1 eth0 \
    :: ip -n host1-0 route add default via 10.50.3.1 dev eth0 proto 78
  # the way out: where all else goes
  step route host1-1 4 default 10.50.3.1 eth0 \
    :: ip -n host1-1 route add default via 10.50.3.1 dev eth0 proto 78
  # the way to fd00:50:0:4::/64
  step route leaf0 6 fd00:50:0:4::/64 fd00:50:0:1::2 eth1 \
    :: ip -n leaf0 route add fd00:50:0:4::/64 via fd00:50:0:1::2 dev eth1 proto 78
  # the way to fd00:50:0:5::/64
  step route leaf0 6 fd00:50:0:5::/64 fd00:50:0:2::2 eth2 \
    :: ip -n leaf0 route add fd00:50:0:5::/64 via fd00:50:0:2::2 dev eth2 proto 78
  # the way to fd00:50:0:3::/64
  step route leaf0 6 fd00:50:0:3::/64 fd00:50:0:1::2 eth1 \
    :: ip -n leaf0 route add fd00:50:0:3::/64 via fd00:50:0:1::2 dev eth1 proto 78
  # the way to fd00:50::/64
  step route spine0 6 fd00:50::/64 fd00:50:0:1::1 eth0 \
    :: ip -n spine0 route add fd00:50::/64 via fd00:50:0:1::1 dev eth0 proto 78
  # the way to fd00:50:0:2::/64
  step route spine0 6 fd00:50:0:2::/64 fd00:50:0:1::1 eth0 \
    :: ip -n spine0 route add fd00:50:0:2::/64 via fd00:50:0:1::1 dev eth0 proto 78
  # the way to fd00:50:0:5::/64
  step route spine0 6 fd00:50:0:5::/64 fd00:50:0:4::1 eth1 \
    :: ip -n spine0 route add fd00:50:0:5::/64 via fd00:50:0:4::1 dev eth1 proto 78
  # the way to fd00:50:0:3::/64
  step route spine0 6 fd00:50:0:3::/64 fd00:50:0:4::1 eth1 \
    :: ip -n spine0 route add fd00:50:0:3::/64 via fd00:50:0:4::1 dev eth1 proto 78
  # the way to fd00:50::/64
  step route spine1 6 fd00:50::/64 fd00:50:0:2::1 eth0 \
    :: ip -n spine1 route add fd00:50::/64 via fd00:50:0:2::1 dev eth0 proto 78
  # the way to fd00:50:0:1::/64
  step route spine1 6 fd00:50:0:1::/64 fd00:50:0:2::1 eth0 \
    :: ip -n spine1 route add fd00:50:0:1::/64 via fd00:50:0:2::1 dev eth0 proto 78
  # the way to fd00:50:0:4::/64
  step route spine1 6 fd00:50:0:4::/64 fd00:50:0:5::1 eth1 \
    :: ip -n spine1 route add fd00:50:0:4::/64 via fd00:50:0:5::1 dev eth1 proto 78
  # the way to fd00:50:0:3::/64
  step route spine1 6 fd00:50:0:3::/64 fd00:50:0:5::1 eth1 \
    :: ip -n spine1 route add fd00:50:0:3::/64 via fd00:50:0:5::1 dev eth1 proto 78
  # the way out: where all else goes
  step route host0-0 6 default fd00:50::1 eth0 \
    :: ip -n host0-0 route add default via fd00:50::1 dev eth0 proto 78
  # the way out: where all else goes
  step route host0-1 6 default fd00:50::1 eth0 \
    :: ip -n host0-1 route add default via fd00:50::1 dev eth0 proto 78
  # the way to fd00:50::/64
  step route leaf1 6 fd00:50::/64 fd00:50:0:4::2 eth1 \
    :: ip -n leaf1 route add fd00:50::/64 via fd00:50:0:4::2 dev eth1 proto 78
  # the way to fd00:50:0:1::/64
  step route leaf1 6 fd00:50:0:1::/64 fd00:50:0:4::2 eth1 \
    :: ip -n leaf1 route add fd00:50:0:1::/64 via fd00:50:0:4::2 dev eth1 proto 78
  # the way to fd00:50:0:2::/64
  step route leaf1 6 fd00:50:0:2::/64 fd00:50:0:5::2 eth2 \
    :: ip -n leaf1 route add fd00:50:0:2::/64 via fd00:50:0:5::2 dev eth2 proto 78
  # the way out: where all else goes
  step route host1-0 6 default fd00:50:0:3::1 eth0 \
    :: ip -n host1-0 route add default via fd00:50:0:3::1 dev eth0 proto 78
  # the way out: where all else goes
  step route host1-1 6 default fd00:50:0:3::1 eth0 \
    :: ip -n host1-1 route add default via fd00:50:0:3::1 dev eth0 proto 78
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-spine0","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"spine0","call":"ns('spine0')"},
{"kind":"setting","host":"host","namespace":"spine0","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"spine0","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"namespace","host":"host","name":"spine1","call":"ns('spine1')"},
{"kind":"setting","host":"host","namespace":"spine1","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"spine1","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"bridge","host":"host","name":"leaf0","call":"bridge('leaf0')"},
{"kind":"namespace","host":"host","name":"leaf0","call":"ns('leaf0')"},
{"kind":"setting","host":"host","namespace":"leaf0","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"leaf0","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"veth","host":"host","namespace":"leaf0","hostEnd":"veth-leaf0","nsEnd":"eth0","call":"attach('leaf0')"},
{"kind":"port","host":"host","device":"veth-leaf0","bridge":"leaf0","call":"attach('leaf0')"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth0","cidr":"10.50.0.1/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth0","cidr":"fd00:50::1/64","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth0","cidr":"fe80::68fd:2510:55db:520b/64","call":"ip('auto')"},
{"kind":"accept","host":"host","family":4,"direction":"within","device":"leaf0","call":"ip('auto')"},
{"kind":"accept","host":"host","family":6,"direction":"within","device":"leaf0","call":"ip('auto')"},
{"kind":"link","host":"host","namespace":"leaf0","device":"eth1","peer":"spine0","peerDevice":"eth0","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth1","cidr":"10.50.1.1/24","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth1","cidr":"fd00:50:0:1::1/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth1","cidr":"fe80::5831:3515:6dc7:23c2/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine0","device":"eth0","cidr":"10.50.1.2/24","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine0","device":"eth0","cidr":"fd00:50:0:1::2/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine0","device":"eth0","cidr":"fe80::1938:4665:3233:2a59/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"link","host":"host","namespace":"leaf0","device":"eth2","peer":"spine1","peerDevice":"eth0","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth2","cidr":"10.50.2.1/24","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth2","cidr":"fd00:50:0:2::1/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf0","device":"eth2","cidr":"fe80::459e:3736:5ed6:49b1/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine1","device":"eth0","cidr":"10.50.2.2/24","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine1","device":"eth0","cidr":"fd00:50:0:2::2/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine1","device":"eth0","cidr":"fe80::186c:2708:62a0:3377/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"namespace","host":"host","name":"host0-0","call":"ns('host0-0')"},
{"kind":"veth","host":"host","namespace":"host0-0","hostEnd":"veth-host0-0","nsEnd":"eth0","call":"attach('leaf0')"},
{"kind":"port","host":"host","device":"veth-host0-0","bridge":"leaf0","call":"attach('leaf0')"},
{"kind":"address","host":"host","namespace":"host0-0","device":"eth0","cidr":"10.50.0.2/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"host0-0","device":"eth0","cidr":"fd00:50::2/64","call":"ip('auto')"},
{"kind":"namespace","host":"host","name":"host0-1","call":"ns('host0-1')"},
{"kind":"veth","host":"host","namespace":"host0-1","hostEnd":"veth-host0-1","nsEnd":"eth0","call":"attach('leaf0')"},
{"kind":"port","host":"host","device":"veth-host0-1","bridge":"leaf0","call":"attach('leaf0')"},
{"kind":"address","host":"host","namespace":"host0-1","device":"eth0","cidr":"10.50.0.3/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"host0-1","device":"eth0","cidr":"fd00:50::3/64","call":"ip('auto')"},
{"kind":"bridge","host":"host","name":"leaf1","call":"bridge('leaf1')"},
{"kind":"namespace","host":"host","name":"leaf1","call":"ns('leaf1')"},
{"kind":"setting","host":"host","namespace":"leaf1","path":"net/ipv4/ip_forward","value":"1","call":"router()"},
{"kind":"setting","host":"host","namespace":"leaf1","path":"net/ipv6/conf/all/forwarding","value":"1","call":"router()"},
{"kind":"veth","host":"host","namespace":"leaf1","hostEnd":"veth-leaf1","nsEnd":"eth0","call":"attach('leaf1')"},
{"kind":"port","host":"host","device":"veth-leaf1","bridge":"leaf1","call":"attach('leaf1')"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth0","cidr":"10.50.3.1/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth0","cidr":"fd00:50:0:3::1/64","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth0","cidr":"fe80::1ce5:2ab3:2453:29d0/64","call":"ip('auto')"},
{"kind":"accept","host":"host","family":4,"direction":"within","device":"leaf1","call":"ip('auto')"},
{"kind":"accept","host":"host","family":6,"direction":"within","device":"leaf1","call":"ip('auto')"},
{"kind":"link","host":"host","namespace":"leaf1","device":"eth1","peer":"spine0","peerDevice":"eth1","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth1","cidr":"10.50.4.1/24","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth1","cidr":"fd00:50:0:4::1/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth1","cidr":"fe80::5f1a:4a35:68df:408b/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine0","device":"eth1","cidr":"10.50.4.2/24","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine0","device":"eth1","cidr":"fd00:50:0:4::2/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine0","device":"eth1","cidr":"fe80::49c1:26fc:2575:52e3/64","call":"link('spine0', { ip: 'auto' })"},
{"kind":"link","host":"host","namespace":"leaf1","device":"eth2","peer":"spine1","peerDevice":"eth1","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth2","cidr":"10.50.5.1/24","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth2","cidr":"fd00:50:0:5::1/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"leaf1","device":"eth2","cidr":"fe80::2c00:20d4:2dcc:1d4c/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine1","device":"eth1","cidr":"10.50.5.2/24","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine1","device":"eth1","cidr":"fd00:50:0:5::2/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"address","host":"host","namespace":"spine1","device":"eth1","cidr":"fe80::1e92:2c84:253c:331f/64","call":"link('spine1', { ip: 'auto' })"},
{"kind":"namespace","host":"host","name":"host1-0","call":"ns('host1-0')"},
{"kind":"veth","host":"host","namespace":"host1-0","hostEnd":"veth-host1-0","nsEnd":"eth0","call":"attach('leaf1')"},
{"kind":"port","host":"host","device":"veth-host1-0","bridge":"leaf1","call":"attach('leaf1')"},
{"kind":"address","host":"host","namespace":"host1-0","device":"eth0","cidr":"10.50.3.2/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"host1-0","device":"eth0","cidr":"fd00:50:0:3::2/64","call":"ip('auto')"},
{"kind":"namespace","host":"host","name":"host1-1","call":"ns('host1-1')"},
{"kind":"veth","host":"host","namespace":"host1-1","hostEnd":"veth-host1-1","nsEnd":"eth0","call":"attach('leaf1')"},
{"kind":"port","host":"host","device":"veth-host1-1","bridge":"leaf1","call":"attach('leaf1')"},
{"kind":"address","host":"host","namespace":"host1-1","device":"eth0","cidr":"10.50.3.3/24","call":"ip('auto')"},
{"kind":"address","host":"host","namespace":"host1-1","device":"eth0","cidr":"fd00:50:0:3::3/64","call":"ip('auto')"},
{"kind":"route","host":"host","namespace":"leaf0","to":"10.50.4.0/24","via":"10.50.1.2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf0","to":"10.50.5.0/24","via":"10.50.2.2","device":"eth2","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf0","to":"10.50.3.0/24","via":"10.50.1.2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"10.50.0.0/24","via":"10.50.1.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"10.50.2.0/24","via":"10.50.1.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"10.50.5.0/24","via":"10.50.4.1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"10.50.3.0/24","via":"10.50.4.1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"10.50.0.0/24","via":"10.50.2.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"10.50.1.0/24","via":"10.50.2.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"10.50.4.0/24","via":"10.50.5.1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"10.50.3.0/24","via":"10.50.5.1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host0-0","to":"0.0.0.0/0","via":"10.50.0.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host0-1","to":"0.0.0.0/0","via":"10.50.0.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf1","to":"10.50.0.0/24","via":"10.50.4.2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf1","to":"10.50.1.0/24","via":"10.50.4.2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf1","to":"10.50.2.0/24","via":"10.50.5.2","device":"eth2","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host1-0","to":"0.0.0.0/0","via":"10.50.3.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host1-1","to":"0.0.0.0/0","via":"10.50.3.1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf0","to":"fd00:50:0:4::/64","via":"fd00:50:0:1::2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf0","to":"fd00:50:0:5::/64","via":"fd00:50:0:2::2","device":"eth2","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf0","to":"fd00:50:0:3::/64","via":"fd00:50:0:1::2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"fd00:50::/64","via":"fd00:50:0:1::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"fd00:50:0:2::/64","via":"fd00:50:0:1::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"fd00:50:0:5::/64","via":"fd00:50:0:4::1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine0","to":"fd00:50:0:3::/64","via":"fd00:50:0:4::1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"fd00:50::/64","via":"fd00:50:0:2::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"fd00:50:0:1::/64","via":"fd00:50:0:2::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"fd00:50:0:4::/64","via":"fd00:50:0:5::1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"spine1","to":"fd00:50:0:3::/64","via":"fd00:50:0:5::1","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host0-0","to":"::/0","via":"fd00:50::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host0-1","to":"::/0","via":"fd00:50::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf1","to":"fd00:50::/64","via":"fd00:50:0:4::2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf1","to":"fd00:50:0:1::/64","via":"fd00:50:0:4::2","device":"eth1","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"leaf1","to":"fd00:50:0:2::/64","via":"fd00:50:0:5::2","device":"eth2","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host1-0","to":"::/0","via":"fd00:50:0:3::1","device":"eth0","call":"routeAll()"},
{"kind":"route","host":"host","namespace":"host1-1","to":"::/0","via":"fd00:50:0:3::1","device":"eth0","call":"routeAll()"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

