#!/usr/bin/env bash
# The lab host-disk on host host. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   namespace host/disk
#   namespace host/server
#   link host/server storage0 <-> host/disk server0
#   address 10.0.1.1/30 of host/server storage0
#   address 10.0.1.2/30 of host/disk server0
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/host-disk, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=host-disk group=616580692
readonly tools=(ip)
readonly addresses=()
readonly root=/run/netloom owner=$$

plan() {
  # ns('disk')
  # a namespace: interfaces, routes and rules of its own
  step netns disk \
    :: ip netns add disk \
    :: ip netns del disk
  # its loopback up, marked as of this lab
  step loopback disk \
    :: ip -n disk link set dev lo group 616580692 up

  # ns('server')
  # a namespace: interfaces, routes and rules of its own
  step netns server \
    :: ip netns add server \
    :: ip netns del server
  # its loopback up, marked as of this lab
  step loopback server \
    :: ip -n server link set dev lo group 616580692 up

  # link('disk', { ip: ['10.0.1.1/30', '10.0.1.2/30'], device: 'storage0', peerDevice: 'server0', mtu: 9000, mac: '02:00:00:00:01:01', peerMac: '02:00:00:00:01:02' })
  # a veth pair between two namespaces, each end created in place
  step link server storage0 disk server0 02:00:00:00:01:01 02:00:00:00:01:02 9000 \
    :: ip link add dev storage0 address 02:00:00:00:01:01 mtu 9000 netns server group 616580692 type veth peer name server0 address 02:00:00:00:01:02 mtu 9000 netns disk
  # its end up
  step up server storage0 \
    :: ip -n server link set dev storage0 up
  # its end up
  step up disk server0 \
    :: ip -n disk link set dev server0 up
  # the address, on the end inside
  step address server storage0 10.0.1.1/30 \
    :: ip -n server addr add 10.0.1.1/30 dev storage0
  # the address, on the end inside
  step address disk server0 10.0.1.2/30 \
    :: ip -n disk addr add 10.0.1.2/30 dev server0
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"host-disk","hosts":[{"name":"host"}],"resources":[
{"kind":"namespace","host":"host","name":"disk","call":"ns('disk')"},
{"kind":"namespace","host":"host","name":"server","call":"ns('server')"},
{"kind":"link","host":"host","namespace":"server","device":"storage0","peer":"disk","peerDevice":"server0","mtu":9000,"mac":"02:00:00:00:01:01","peerMac":"02:00:00:00:01:02","call":"link('disk', { ip: ['10.0.1.1/30', '10.0.1.2/30'], device: 'storage0', peerDevice: 'server0', mtu: 9000, mac: '02:00:00:00:01:01', peerMac: '02:00:00:00:01:02' })"},
{"kind":"address","host":"host","namespace":"server","device":"storage0","cidr":"10.0.1.1/30","call":"link('disk', { ip: ['10.0.1.1/30', '10.0.1.2/30'], device: 'storage0', peerDevice: 'server0', mtu: 9000, mac: '02:00:00:00:01:01', peerMac: '02:00:00:00:01:02' })"},
{"kind":"address","host":"host","namespace":"disk","device":"server0","cidr":"10.0.1.2/30","call":"link('disk', { ip: ['10.0.1.1/30', '10.0.1.2/30'], device: 'storage0', peerDevice: 'server0', mtu: 9000, mac: '02:00:00:00:01:01', peerMac: '02:00:00:00:01:02' })"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

