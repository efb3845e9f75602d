/** The headings of a digest. */
export type DigestPart =
  | 'links'
  | 'routes'
  | 'namespaces'
  | 'filters'
  | 'settings'
  | 'files'
  | 'processes'

/** Until an address of IPv6 has been checked for duplicates, it is not used: a router does not ask for neighbours by it. */
export const settledProgram = `
tentative() {
  local flags name
  # 0x40 is IFA_F_TENTATIVE (linux/if_addr.h)
  while read -r _ _ _ _ flags _; do ! ((16#$flags & 0x40)) || return 0; done </proc/net/if_inet6
  for name in /run/netns/*; do
    [[ -z $(ip -n "\${name##*/}" -6 addr show tentative 2>/dev/null) ]] || return 0
  done
  return 1
}
tries=0
while tentative; do
  ((tries += 1)); ((tries < 200)) || { echo 'addresses stay tentative' >&2; exit 1; }
  sleep 0.05
done
`

/**
 * Looking must not change what is there: the legacy tool loads its table when it is asked, so it is asked only
 * where the table is. Processes of the look itself stand under the shell that runs it, and are left out.
 */
export const digestProgram = `
${settledProgram}look() {
  local at=() name=$1
  [[ $name == - ]] || at=(-n "$name")
  echo "#links $name"
  printf '%s\n' 'link show' 'addr show' 'neigh show nud permanent' 'neigh show proxy' | ip "\${at[@]}" -d -o -batch -
  echo "#routes $name"
  printf '%s\n' 'route show table all' 'rule show' | ip "\${at[@]}" -4 -N -d -batch -
  printf '%s\n' 'route show table all' 'rule show' | ip "\${at[@]}" -6 -N -d -batch -
}
look -
for file in /run/netns/*; do
  [[ -e $file ]] || continue
  echo "#namespaces $(stat -fc '%n %T' "$file") $(stat -Lc %i "$file")"
  [[ $(stat -fc %T "$file") != nsfs ]] || look "\${file##*/}"
done
echo '#filters nft'; nft -s list ruleset
[[ ! -s /proc/net/ip_tables_names ]] || iptables-legacy-save | grep -v '^#' | sed 's/ \\[.*//'
[[ ! -s /proc/net/ip6_tables_names ]] || ip6tables-legacy-save | grep -v '^#' | sed 's/ \\[.*//'
echo '#settings'; grep -rHs --exclude=nf_conntrack_count '' /proc/sys/net | LC_ALL=C sort
echo '#files'; [[ ! -e /run/netloom ]] || find /run/netloom -printf '%p %y %m\\n' | sort
[[ ! -e /etc/netns ]] || {
  find /etc/netns -printf '%p %y %m %U %G %l\\n' | sort
  find /etc/netns -type f -print0 | sort -z | xargs -0r sha256sum
}
echo '#processes'
for file in /proc/[0-9]*/stat; do
  { read -r line <"$file"; } 2>/dev/null || continue
  name=\${line#*(}
  # one that has ended goes when its parent, which may be the machine itself, comes to it
  [[ \${line%% *} == "$BASHPID" || $line == *') Z '* ]] || echo "\${name%)*}"
done
`

/** Numbers that the kernel gives anew each time are left out: of interfaces, of namespaces seen from others, of timers. */
const VOLATILE: readonly [RegExp, string][] = [
  [/^\d+: /gm, ''],
  [/@if\d+/g, '@peer'],
  [/ link-netnsid \d+/g, ''],
  [/(_timer) +[\d.]+/g, '$1'],
]

/** A digest without the parts that a test does not compare. */
export function digestOf(text: string, without: readonly DigestPart[]): string {
  const stable = VOLATILE.reduce((rest, [what, by]) => rest.replace(what, by), text)
  return stable
    .split(/^(?=#)/m)
    .filter((part) => !without.some((name) => part.startsWith(`#${name}`)))
    .join('')
}
