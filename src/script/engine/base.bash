# feed COMMAND...: gives it "text"; what it complains of is in "said". What a pipe holds (64 KiB on Linux) takes one process,
# and is not written to a file.
feed() {
  if ((${#text} < 60000)); then
    said=$(exec "$@" 2>&1 >/dev/null <<<"${text%$'\n'}")
  else
    said=$(printf '%s\n' "${text%$'\n'}" | "$@" 2>&1 >/dev/null)
  fi
}

# feed_on COMMAND...: the same, but its input ends later: when there is something to read from "until", or soon after. What
# nftables has deleted it frees later, and the end of who deleted it waits for that, with a lock that the removal of links
# takes as well (nft_rcv_nl_event of net/netfilter/nf_tables_api.c).
feed_on() { said=$({ printf '%s\n' "${text%$'\n'}" && { read -r -t 0.05 -u "$until" _ || true; }; } | "$@" 2>&1 >/dev/null); }

complain() { printf 'netloom: %s\n' "$*" >&2; }

# what a missing tool's package is called on Debian and on most others
package_of() {
  case $1 in
  ip) echo iproute2 ;;
  ip6tables) echo iptables ;;
  nft) echo nftables ;;
  stat | mkdir | rmdir | rm | mv | cp | cksum | readlink | sleep) echo coreutils ;;
  *) echo "$1" ;;
  esac
}

# takes_rules: true for a plan that has any
takes_rules() { [[ " ${tools[*]} " == *tables\ * ]]; }

# find_missing: tools that this machine lacks, into "faults"
find_missing() {
  local tool
  for tool in stat mkdir rmdir rm mv cp cksum readlink sleep "${tools[@]}"; do
    # rules take one of two
    if [[ $tool == ip*tables ]]; then
      [[ $firewall != nft ]] || tool=nft
      [[ -n $firewall ]] || ! command -v nft >/dev/null || continue
    fi
    command -v "$tool" >/dev/null || faults+=("the tool $tool is missing: install the package $(package_of "$tool")")
  done
}

# has_powers: true where it has the capabilities that it takes
has_powers() {
  local capabilities=0
  [[ ! $(</proc/self/status) =~ CapEff:[[:blank:]]*([0-9a-f]+) ]] || capabilities=$((16#${BASH_REMATCH[1]}))
  # CAP_NET_ADMIN is bit 12, CAP_SYS_ADMIN bit 21 (capability.h)
  ((capabilities >> 12 & capabilities >> 21 & 1))
}

# find_powers: the same, into "faults" where they are missing
find_powers() {
  has_powers || {
    faults+=("it takes CAP_NET_ADMIN and CAP_SYS_ADMIN to make namespaces: run it as root (sudo), or in a sandbox")
    return 1
  }
}

# try_veth: what this system does not allow, found by doing it, in a namespace that is gone at once; says what went wrong
try_veth() {
  ! command -v unshare >/dev/null || unshare -n ip link add name probe type veth peer name peer 2>&1 || echo 'refused'
}

# find_refusals SAID: what "try_veth" said, into "faults"
find_refusals() {
  case $1 in
  '') ;;
  *'type'* | *'not supported'*)
    faults+=("this kernel ($(</proc/sys/kernel/osrelease)) has no veth: the module is not built, or gone with an update (reboot)") ;;
  *) faults+=("a network namespace cannot be made here, in spite of the capabilities: ${1%?refused}") ;;
  esac
}
