# by-pyroute2.py up|down COUNT: netlink from Python; rules by iptables-restore, which the library has no part for
import subprocess
import sys

from pyroute2 import IPRoute, NetNS, netns

verb, count = sys.argv[1], int(sys.argv[2])


def address(i):
    return f"10.{i // 250}.{i % 250}.2"


def forward(value):
    with open("/proc/sys/net/ipv4/ip_forward", "w") as file:
        file.write(value)


def rules(letter):
    lines = [f"-{letter} FORWARD {side} vh{i} -j ACCEPT" for i in range(count) for side in ("-o", "-i")]
    text = "\n".join(["*filter", *lines, "COMMIT", ""])
    subprocess.run(["iptables-restore", "--noflush"], input=text, text=True, check=True)


def up(ip, i):
    name = f"ns{i}"
    netns.create(name)
    ip.link("add", ifname=f"vh{i}", kind="veth", peer={"ifname": f"vn{i}", "net_ns_fd": name})
    host = ip.link_lookup(ifname=f"vh{i}")[0]
    ip.addr("add", index=host, address="169.254.1.1", prefixlen=32)
    ip.link("set", index=host, state="up")
    ip.route("add", dst=f"{address(i)}/32", oif=host, scope=253)
    with NetNS(name) as inside:
        inside.link("set", index=inside.link_lookup(ifname="lo")[0], state="up")
        inner = inside.link_lookup(ifname=f"vn{i}")[0]
        inside.addr("add", index=inner, address=address(i), prefixlen=24)
        inside.link("set", index=inner, state="up")
        inside.route("add", dst="0.0.0.0/0", gateway="169.254.1.1", oif=inner, flags=4)


def down(ip, i):
    ip.link("del", index=ip.link_lookup(ifname=f"vh{i}")[0])
    netns.remove(f"ns{i}")


with IPRoute() as ip:
    if verb == "up":
        forward("1")
        for i in range(count):
            up(ip, i)
        rules("A")
    else:
        rules("D")
        for i in range(count):
            down(ip, i)
        forward("0")
