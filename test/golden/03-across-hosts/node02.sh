#!/usr/bin/env bash
# The lab node03-node02-demo01 on host node02. Made by netloom; it needs no Node.js.
#
# Usage: up | down | status | help
# Makes:
#   route of node02 to 10.0.1.2/32 by 100.100.198.250
#   route of node02 to 10.0.2.2/32 by 100.100.198.250
# Needs: bash (4.4 or newer), coreutils, iproute2 (4.14 or newer); root, or CAP_NET_ADMIN and CAP_SYS_ADMIN
# Keeps: the folder /run/netloom/node03-node02-demo01, with a journal and the plan, while the lab is up
# A lab that is up by another plan it completes, where that has nothing else: what goes from a lab takes netloom's up().
# Ctrl-C, SIGTERM or SIGHUP undoes "up"; "down" goes on to its end. There is no time limit: what hangs waits for a signal,
# and in "down" or an undo for a second one, two seconds later; then "down" removes what is left.
#
# Each step below is: how to see whether it is there, the command, and how it is undone. A step without an
# undo goes with its link or its namespace; a setting gets back what stood there.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
readonly lab=node03-node02-demo01 group=1032073269
readonly tools=(ip)
readonly addresses=(100.100.198.253/24)
readonly root=/run/netloom owner=$$

plan() {
  # routeTo('demo01', 'demo02')
  # the way to 10.0.1.2, by the host that has it
  step route - 4 10.0.1.2/32 100.100.198.250 - \
    :: ip route add 10.0.1.2/32 via 100.100.198.250 proto 78 \
    :: ip route del 10.0.1.2/32 via 100.100.198.250 proto 78
  # the way to 10.0.2.2, by the host that has it
  step route - 4 10.0.2.2/32 100.100.198.250 - \
    :: ip route add 10.0.2.2/32 via 100.100.198.250 proto 78 \
    :: ip route del 10.0.2.2/32 via 100.100.198.250 proto 78
}

# What is kept beside the journal: by it netloom changes the lab that is up into another one.
read_record() {
  IFS= read -r -d '' text <<'END OF THE PLAN' || true
{"format":"netloom-plan","version":1,"name":"node03-node02-demo01","hosts":[{"name":"node02","addresses":["100.100.198.253/24"],"device":"enp2s0"}],"resources":[
{"kind":"route","host":"node02","to":"10.0.1.2/32","via":"100.100.198.250","call":"routeTo('demo01', 'demo02')"},
{"kind":"route","host":"node02","to":"10.0.2.2/32","via":"100.100.198.250","call":"routeTo('demo01', 'demo02')"}
]}
END OF THE PLAN
}

# ---- what carries the steps out: the same for every lab ----

