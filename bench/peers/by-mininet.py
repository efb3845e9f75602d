# by-mininet.py COUNT: its nearest to the same job. It keeps what it made in memory, so one process does both; it prints
# seconds for up and for down.
import sys
import time

from mininet.link import Link
from mininet.net import Mininet
from mininet.node import Node

count = int(sys.argv[1])
began = time.monotonic()
net = Mininet(topo=None, controller=None, build=False)
root = Node("root", inNamespace=False)
root.cmd("echo 1 >/proc/sys/net/ipv4/ip_forward")
hosts = []
for i in range(count):
    address = f"10.{i // 250}.{i % 250}.2"
    host = net.addHost(f"h{i}", ip=None)
    hosts.append(host)
    Link(host, root, intfName1=f"vn{i}", intfName2=f"vh{i}")
    host.setIP(f"{address}/24", intf=f"vn{i}")
    commands = [
        f"ip addr add 169.254.1.1/32 dev vh{i}",
        f"ip link set dev vh{i} up",
        f"ip route add {address}/32 dev vh{i}",
        f"iptables -A FORWARD -o vh{i} -j ACCEPT",
        f"iptables -A FORWARD -i vh{i} -j ACCEPT",
    ]
    root.cmd("; ".join(commands))
    host.cmd(f"ip route add default via 169.254.1.1 dev vn{i} onlink")
up = time.monotonic() - began
last = count - 1
said = hosts[0].cmd(f"ping -qc1 -W1 10.{last // 250}.{last % 250}.2")
assert " 0% packet loss" in said, said
began = time.monotonic()
for i in range(count):
    root.cmd(f"iptables -D FORWARD -i vh{i} -j ACCEPT; iptables -D FORWARD -o vh{i} -j ACCEPT")
net.stop()
root.cmd("echo 0 >/proc/sys/net/ipv4/ip_forward")
root.terminate()
print(up, time.monotonic() - began)
